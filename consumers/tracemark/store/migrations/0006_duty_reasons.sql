-- How often a judgement found each reason: exact however many breaches there are, and kept for as long as the verdict.

ALTER TABLE duty_results ADD COLUMN IF NOT EXISTS `reasons` Map(LowCardinality(String), UInt64) DEFAULT map('unknown', offending)
COMMENT 'Of the breaches, how many for each reason; unknown where a judgement did not say.';

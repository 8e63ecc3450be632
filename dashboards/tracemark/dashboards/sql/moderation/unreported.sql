WITH
{{moderation_cases}}
SELECT if(countIf(confirmed > 0) = 0, NULL, toInt64(countIf(confirmed > 0 AND reported_at IS NULL))) AS confirmed_without_report
FROM cases

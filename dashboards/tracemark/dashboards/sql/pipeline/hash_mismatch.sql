WITH
(SELECT count() FROM ledger WHERE state = 'done' AND $__timeFilter_ms(recorded_at)) AS settled_ranges
SELECT
    if(
        count() = 0 AND settled_ranges = 0,
        NULL,
        uniqExactIf((topic, topic_id, partition, offset), error_code = 'hash_mismatch')
    ) AS hash_mismatches
FROM dead_letters
WHERE $__timeFilter_ms(recorded_at)

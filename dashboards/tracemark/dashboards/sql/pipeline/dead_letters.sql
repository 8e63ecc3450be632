WITH
(SELECT count() FROM ledger WHERE state = 'done' AND $__timeFilter_ms(recorded_at)) AS settled_ranges
SELECT if(count() = 0 AND settled_ranges = 0, NULL, uniqExact(topic, topic_id, partition, offset)) AS dead_letters
FROM dead_letters
WHERE $__timeFilter_ms(recorded_at)

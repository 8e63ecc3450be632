SELECT
    error_code,
    uniqExact(topic, topic_id, partition, offset) AS dead_letters,
    uniqExact(schema_id) AS schemas,
    min(recorded_at) AS first_seen,
    max(recorded_at) AS last_seen
FROM dead_letters
WHERE $__timeFilter_ms(recorded_at)
GROUP BY error_code
ORDER BY dead_letters DESC, error_code
LIMIT 100

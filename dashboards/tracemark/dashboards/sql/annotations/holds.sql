SELECT
    occurred_at AS time,
    concat(applied_class, ' ', applied_action) AS title,
    partition_ref AS text,
    'hold' AS tags
FROM events_records
WHERE $__timeFilter_ms(_broker_ts)
    AND event_type = 'retention.applied'
    AND applied_action IN ('held', 'released')
ORDER BY time
LIMIT 200

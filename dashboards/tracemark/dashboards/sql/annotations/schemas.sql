SELECT
    first_seen AS time,
    concat(event_type, ' v', toString(schema_version)) AS title,
    lower(hex(_schema_id)) AS text,
    'schema' AS tags
FROM
(
    -- A month further back: what was at work before the range did not change in it.
    SELECT event_type, schema_version, _schema_id, min(_broker_ts) AS first_seen
    FROM events
    WHERE _broker_ts >= subtractMonths($__fromTime_ms, 1) AND _broker_ts <= $__toTime_ms
        AND schema_version > 1
    GROUP BY event_type, schema_version, _schema_id
)
WHERE $__timeFilter_ms(first_seen)
ORDER BY time DESC
LIMIT 100

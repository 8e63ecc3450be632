SELECT
    min(_broker_ts) AS time,
    concat(event_type, ' v', toString(schema_version)) AS title,
    lower(hex(_schema_id)) AS text,
    'schema' AS tags
FROM events
WHERE $__timeFilter_ms(_broker_ts)
    AND schema_version > 1
GROUP BY event_type, schema_version, _schema_id
ORDER BY time
LIMIT 200

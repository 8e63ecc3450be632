SELECT
    effective_from AS time,
    concat(policy_kind, ' ', policy_version) AS title,
    concat(service_id, ' ', applies_to, ' ', ifNull(toString(limit_value), ''), ' ', limit_unit) AS text,
    'policy' AS tags
FROM events_records
WHERE $__timeFilter_ms(_broker_ts)
    AND event_type = 'policy.published'
ORDER BY time
LIMIT 200

SELECT
    effective_from AS time,
    concat(policy_kind, ' ', policy_version) AS title,
    concat(service_id, ' ', applies_to, ' ', ifNull(toString(limit_value), ''), ' ', limit_unit) AS text,
    'policy' AS tags
FROM events_records
WHERE _broker_ts >= subtractMonths($__fromTime_ms, 13) AND _broker_ts <= $__toTime_ms
    AND $__timeFilter_ms(effective_from)
    AND event_type = 'policy.published'
    AND {{tenants}}
    AND (service_id = '' OR {{services}})
ORDER BY time DESC
LIMIT 100

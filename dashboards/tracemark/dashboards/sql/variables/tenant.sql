SELECT DISTINCT tenant_id
FROM events
WHERE $__timeFilter_ms(_broker_ts) AND tenant_id != ''
ORDER BY tenant_id
LIMIT 1000

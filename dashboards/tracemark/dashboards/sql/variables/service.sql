SELECT DISTINCT service_id
FROM events
WHERE $__timeFilter_ms(_broker_ts)
    AND service_id != ''
ORDER BY service_id
LIMIT 1000

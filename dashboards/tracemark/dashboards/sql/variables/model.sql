SELECT DISTINCT model_id
FROM events
WHERE $__timeFilter_ms(_broker_ts)
    AND model_id != ''
ORDER BY model_id
LIMIT 1000

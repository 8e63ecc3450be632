SELECT
    min(_broker_ts) AS time,
    concat(model_id, ' ', model_version) AS title,
    arrayStringConcat(arraySort(groupUniqArray(service_id)), ', ') AS text,
    'model' AS tags
FROM events_traffic
WHERE $__timeFilter_ms(_broker_ts)
    AND event_type = 'output.generated'
    AND model_id != ''
GROUP BY model_id, model_version
ORDER BY time
LIMIT 200

SELECT
    first_seen AS time,
    concat(model_id, ' ', model_version) AS title,
    arrayStringConcat(arraySort(of_services), ', ') AS text,
    'model' AS tags
FROM
(
    -- A month further back: what was at work before the range did not change in it.
    SELECT model_id, model_version, min(_broker_ts) AS first_seen, groupUniqArray(service_id) AS of_services
    FROM events_traffic
    WHERE _broker_ts >= subtractMonths($__fromTime_ms, 1) AND _broker_ts <= $__toTime_ms
        AND event_type = 'output.generated'
        AND model_id != ''
        AND {{tenants}}
        AND {{services}}
    GROUP BY model_id, model_version
)
WHERE $__timeFilter_ms(first_seen)
ORDER BY time DESC
LIMIT 100

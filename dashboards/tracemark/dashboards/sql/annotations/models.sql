SELECT
    first_seen AS time,
    concat(model_id, ' ', model_version) AS title,
    arrayStringConcat(arraySort(of_services), ', ') AS text,
    'model' AS tags
FROM
(
    SELECT model_id, model_version, min(first_received) AS first_seen, groupUniqArray(service_id) AS of_services
    FROM
    (
        -- A month further back: what was at work before the range did not change in it. By whole hours, as the table keeps them counted.
        SELECT model_id, model_version, service_id, min(_broker_ts) AS first_received
        FROM events_traffic
        WHERE toStartOfHour(_broker_ts) >= toStartOfHour(subtractMonths($__fromTime_ms, 1), 'UTC') AND toStartOfHour(_broker_ts) <= $__toTime_ms
            AND event_type = 'output.generated'
            AND model_id != ''
            AND {{choices}}
        GROUP BY model_id, model_version, service_id
        HAVING first_received <= $__toTime_ms
    )
    GROUP BY model_id, model_version
)
WHERE $__timeFilter_ms(first_seen)
ORDER BY time DESC
LIMIT 100

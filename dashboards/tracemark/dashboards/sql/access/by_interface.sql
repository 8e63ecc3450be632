SELECT
    $__timeInterval(_broker_ts) AS time,
    concat(access_interface, ' / ', access_kind) AS door,
    count() AS reads
FROM events_records
WHERE {{reads}}
GROUP BY time, door
ORDER BY time, door
LIMIT -20000

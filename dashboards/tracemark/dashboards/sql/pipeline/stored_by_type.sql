SELECT
    $__timeInterval(_broker_ts) AS time,
    event_type,
    count() AS stored
FROM events
WHERE {{scope}}
GROUP BY time, event_type
ORDER BY time, event_type
LIMIT -20000

SELECT
    $__timeInterval(_broker_ts) AS time,
    audience_class,
    count() AS found
FROM events
WHERE {{matter}}
GROUP BY time, audience_class
ORDER BY time, audience_class
LIMIT -20000

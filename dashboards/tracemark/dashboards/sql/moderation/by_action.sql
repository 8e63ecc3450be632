SELECT
    $__timeInterval(_broker_ts) AS time,
    action,
    count() AS measures
FROM events_records
WHERE {{scope}}
    AND {{models}}
    AND event_type = 'moderation.action'
    AND action != 'pass'
GROUP BY time, action
ORDER BY time, action
LIMIT -20000

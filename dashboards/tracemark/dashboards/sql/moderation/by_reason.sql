SELECT
    $__timeInterval(_broker_ts) AS time,
    arrayJoin(reason_codes) AS reason,
    count() AS measures
FROM events_records
WHERE {{scope}}
    AND {{models}}
    AND event_type = 'moderation.action'
    AND action != 'pass'
GROUP BY time, reason
ORDER BY time, reason
LIMIT -20000

SELECT
    $__timeInterval(_broker_ts) AS time,
    event_type,
    count() AS received
FROM events_traffic
WHERE {{scope}}
    AND {{models}}
    AND event_type IN ('prompt.received', 'output.generated', 'content.delivered', 'label.applied', 'label.verified')
GROUP BY time, event_type
ORDER BY time, event_type
LIMIT -20000

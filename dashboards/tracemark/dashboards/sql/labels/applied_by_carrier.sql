SELECT
    $__timeInterval(_broker_ts) AS time,
    concat(label_kind, ' / ', label_carrier) AS carrier,
    count() AS labels
FROM events_traffic
WHERE {{scope}}
    AND {{models}}
    AND event_type = 'label.applied'
GROUP BY time, carrier
ORDER BY time, carrier
LIMIT -20000

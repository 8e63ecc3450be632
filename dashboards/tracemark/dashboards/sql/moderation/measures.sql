SELECT toInt64(countIf(action != 'pass')) AS measures
FROM events_records
WHERE {{scope}}
    AND {{models}}
    AND event_type = 'moderation.action'

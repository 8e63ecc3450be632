SELECT dateDiff('millisecond', maxOrNull(_broker_ts), {{range_end}}) / 1000 AS newest_event_age
FROM events_traffic
WHERE {{scope}}
    AND {{models}}
    AND event_type IN ('output.generated', 'label.applied', 'label.verified', 'content.delivered')

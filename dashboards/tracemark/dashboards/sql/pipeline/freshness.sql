SELECT dateDiff('millisecond', maxOrNull(_broker_ts), {{range_end}}) / 1000 AS newest_event_age
FROM events
WHERE {{scope}}
    AND {{served}}

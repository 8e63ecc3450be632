SELECT dateDiff('millisecond', maxOrNull(_broker_ts), {{range_end}}) / 1000 AS newest_read_age
FROM events_records
WHERE {{reads}}

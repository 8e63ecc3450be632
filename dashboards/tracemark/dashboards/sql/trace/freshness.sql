SELECT if(sum(events) = 0, NULL, dateDiff('millisecond', max(newest), now64(3)) / 1000) AS newest_event_age
FROM
(
    SELECT count() AS events, max(_broker_ts) AS newest FROM events_traffic
    UNION ALL
    SELECT count() AS events, max(_broker_ts) AS newest FROM events_records
)

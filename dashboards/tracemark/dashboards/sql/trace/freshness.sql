SELECT if(count() = 0, NULL, dateDiff('millisecond', max(_broker_ts), now64(3)) / 1000) AS newest_event_age
FROM events

if(clock_suspect, toDateTime64(_broker_ts, 6, 'UTC'), occurred_at)

if(clock_suspect, least(occurred_at, toDateTime64(_broker_ts, 6, 'UTC') - INTERVAL 32 DAY), occurred_at)

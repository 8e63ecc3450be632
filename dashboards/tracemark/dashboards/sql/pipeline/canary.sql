SELECT dateDiff('millisecond', maxOrNull(_broker_ts), {{range_end}}) / 1000 AS canary_age
FROM events_traffic
WHERE $__timeFilter_ms(_broker_ts)
    AND service_id = 'tracemark-canary'

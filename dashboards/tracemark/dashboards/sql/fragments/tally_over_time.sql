-- As a tally, by buckets of time: of whole hours, or counted from the events alone.
    SELECT $__timeInterval(toStartOfHour(_broker_ts)) AS time, {{by}}, count() AS events
    FROM events_traffic
    WHERE toStartOfHour(_broker_ts) >= {{first_whole_hour}} AND toStartOfHour(_broker_ts) < {{end_of_whole_buckets}} AND {{where}}
    GROUP BY time, {{by}}
    UNION ALL
    SELECT $__timeInterval(toStartOfHour(_broker_ts)) AS time, {{by}}, count() AS events
    FROM events_records
    WHERE toStartOfHour(_broker_ts) >= {{first_whole_hour}} AND toStartOfHour(_broker_ts) < {{end_of_whole_buckets}} AND {{where}}
    GROUP BY time, {{by}}
    UNION ALL
    SELECT $__timeInterval(_broker_ts) AS time, {{by}}, count() AS events
    FROM events
    WHERE $__timeFilter_ms(_broker_ts) AND (_broker_ts < {{first_whole_hour}} OR _broker_ts >= {{end_of_whole_buckets}}) AND {{where}}
    GROUP BY time, {{by}}

SELECT
    greatest(held_at, toDateTime64($__fromTime_ms, 6, 'UTC')) AS time,
    if(released_at > held_at, released_at, toDateTime64({{range_end}}, 6, 'UTC')) AS timeEnd,
    concat(class, if(released_at > held_at, ' held, released', ' held')) AS title,
    arrayStringConcat(partitions, ', ') AS text,
    'hold' AS tags
FROM
(
    -- A hold lasts until it is released: one begun long before the range is still on.
    SELECT
        toString(applied_class) AS class,
        arraySort(groupUniqArrayIf(partition_ref, applied_action = 'held' AND partition_ref != '')) AS partitions,
        maxIf(occurred_at, applied_action = 'held') AS held_at,
        maxIf(occurred_at, applied_action = 'released') AS released_at
    FROM events_records
    WHERE _broker_ts >= subtractMonths($__fromTime_ms, 36) AND _broker_ts <= $__toTime_ms
        AND event_type = 'retention.applied'
        AND applied_action IN ('held', 'released')
        AND {{tenants}}
    GROUP BY tenant_id, class
    HAVING countIf(applied_action = 'held') > 0
)
WHERE released_at <= held_at OR released_at >= toDateTime64($__fromTime_ms, 6, 'UTC')
ORDER BY time DESC, class
LIMIT 100

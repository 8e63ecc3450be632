SELECT
    greatest(held_at, toDateTime64($__fromTime_ms, 6, 'UTC')) AS time,
    if(is_over, released_at, toDateTime64({{range_end}}, 6, 'UTC')) AS timeEnd,
    concat(class, if(is_over, ' held, released', ' held')) AS title,
    arrayStringConcat(arraySort(groupUniqArrayIf(held_partition, held_partition != '')), ', ') AS text,
    'hold' AS tags
FROM
(
    -- A hold lasts until it is released, each partition by itself: one begun long before the range is still on.
    SELECT
        tenant_id,
        toString(applied_class) AS class,
        partition_ref AS held_partition,
        maxIf(occurred_at, applied_action = 'held') AS held_at,
        maxIf(occurred_at, applied_action = 'released') AS released_at,
        released_at > held_at AS is_over
    FROM events_records
    WHERE _broker_ts >= subtractMonths($__fromTime_ms, 36) AND _broker_ts <= $__toTime_ms
        AND event_type = 'retention.applied'
        AND applied_action IN ('held', 'released')
        AND {{tenants}}
    GROUP BY tenant_id, class, held_partition
    HAVING countIf(applied_action = 'held') > 0
)
WHERE NOT is_over OR released_at >= toDateTime64($__fromTime_ms, 6, 'UTC')
GROUP BY tenant_id, time, timeEnd, title
ORDER BY time DESC, title, text
LIMIT 100

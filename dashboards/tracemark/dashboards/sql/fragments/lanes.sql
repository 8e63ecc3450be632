lanes AS (
    SELECT topic, partition, sink_id, state, reason, next_offset, end_offset, lag, rows_per_second, reported_at
    FROM sink_status
    WHERE $__timeFilter_ms(reported_at)
    ORDER BY reported_at DESC
    LIMIT 1 BY topic, partition
)

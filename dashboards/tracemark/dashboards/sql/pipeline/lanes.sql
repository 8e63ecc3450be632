WITH
{{lanes}}
SELECT
    topic,
    partition,
    sink_id,
    state,
    reason,
    next_offset,
    end_offset,
    lag,
    rows_per_second,
    dateDiff('millisecond', reported_at, {{range_end}}) / 1000 AS report_age
FROM lanes
ORDER BY lag DESC, topic, partition
LIMIT 500

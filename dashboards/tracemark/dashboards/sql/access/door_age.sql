SELECT dateDiff('millisecond', maxOrNull(noted_at), {{range_end}}) / 1000 AS newest_note_age
FROM reads_seen
WHERE $__timeFilter_ms(noted_at)

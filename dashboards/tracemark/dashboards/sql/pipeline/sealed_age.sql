SELECT if(count() = 0, NULL, dateDiff('millisecond', max(recorded_at), {{range_end}}) / 1000) AS newest_range_age
FROM ledger
WHERE state = 'done' AND $__timeFilter_ms(recorded_at)

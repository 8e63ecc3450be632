SELECT if(count() = 0, NULL, dateDiff('millisecond', max(counted_at), now64(3)) / 1000) AS summary_age
FROM label_coverage

SELECT if(count() = 0, NULL, dateDiff('millisecond', max(judged_at), {{range_end}}) / 1000) AS judgement_age
FROM duty_results
WHERE $__timeFilter_ms(judged_at)
    AND {{regimes}}

SELECT if(count() = 0, NULL, dateDiff('millisecond', min(newest), {{range_end}}) / 1000) AS judgement_age
FROM
(
    SELECT regime, max(judged_at) AS newest
    FROM duty_results
    WHERE $__timeFilter_ms(judged_at)
        AND {{regimes}}
    GROUP BY regime
)

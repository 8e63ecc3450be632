SELECT
    $__timeInterval(judged_at) AS time,
    obligation,
    max(at_once) AS judged
FROM
(
    SELECT judged_at, obligation, sum(denominator) AS at_once
    FROM duty_results
    WHERE $__timeFilter_ms(judged_at)
        AND {{regimes}}
        AND {{tenants}}
        AND {{services}}
        AND {{duty_names}}
    GROUP BY judged_at, obligation
)
GROUP BY time, obligation
ORDER BY time, obligation
LIMIT -20000

SELECT
    $__timeInterval(judged_at) AS time,
    duty,
    max(at_once) AS offending
FROM
(
    SELECT judged_at, duty, sum(duty_results.offending) AS at_once
    FROM duty_results
    -- A duty by itself only when it was broken; their sum by regime always, so that a line at zero tells calm from silence.
    ARRAY JOIN [obligation, concat('Σ ', regime)] AS duty
    WHERE $__timeFilter_ms(judged_at)
        AND {{regimes}}
        AND {{tenants}}
        AND {{services}}
        AND {{duty_names}}
    GROUP BY judged_at, duty
    QUALIFY startsWith(duty, 'Σ') OR max(at_once) OVER (PARTITION BY duty) > 0
)
GROUP BY time, duty
ORDER BY time, duty
LIMIT -20000

-- What the last judgement within the range found of `duty`: it knows the published limits, working days, and what belongs to a case.
(
    SELECT groupArray((regime, last_judged_at))
    FROM
    (
        SELECT regime, max(judged_at) AS last_judged_at
        FROM duty_results
        WHERE $__timeFilter_ms(judged_at) AND obligation = duty
        GROUP BY regime
    )
) AS last_judgements,
last_results AS (
    SELECT tenant_id, service_id, offending
    FROM duty_results
    WHERE $__timeFilter_ms(judged_at)
        AND obligation = duty
        AND (regime, judged_at) IN last_judgements
),
judged AS (
    SELECT tenant_id, service_id, event_id, case_id, at, reason
    FROM duty_breaches
    WHERE $__timeFilter_ms(judged_at)
        AND obligation = duty
        AND (regime, judged_at) IN last_judgements
),
-- Of whom more breaches were found than are listed, or still listed.
partly_listed AS (
    SELECT tenant_id, service_id
    FROM
    (
        SELECT tenant_id, service_id, toInt64(offending) AS unlisted FROM last_results
        UNION ALL
        SELECT tenant_id, service_id, -1 FROM judged
    )
    GROUP BY tenant_id, service_id
    HAVING sum(unlisted) > 0
)

results AS (
    SELECT regime, obligation, law, severity, checked, duty_en, duty_zh, judged_at, window_from, tenant_id, service_id,
        denominator, offending, unusable, reasons,
        max(judged_at) OVER (PARTITION BY regime, obligation) AS last_judged_at,
        max(judged_at) OVER (PARTITION BY regime) AS regime_judged_at
    FROM duty_results
    WHERE $__timeFilter_ms(judged_at)
),
verdicts AS (
    SELECT
        regime,
        obligation,
        any(law) AS article,
        any(severity) AS gravity,
        any(checked) AS reading,
        any(duty_en) AS in_english,
        any(duty_zh) AS in_chinese,
        any(judged_at) AS as_of,
        any(window_from) AS since,
        sumIf(denominator, {{tenants}} AND {{services}}) AS judged_things,
        sumIf(offending, {{tenants}} AND {{services}}) AS breaches,
        sumIf(unusable, {{tenants}} AND {{services}}) AS unknown,
        sumMapIf(results.reasons, {{tenants}} AND {{services}}) AS by_reason,
        -- A pass that was left out of the regime's later judgements, or that nobody renewed for a day, proves nothing any more.
        as_of < subtractHours(any(regime_judged_at), 1) OR as_of < subtractDays({{range_end}}, 1) AS is_stale,
        multiIf(breaches > 0, 'fail', judged_things = 0 OR unknown > 0 OR is_stale, 'no evidence', 'pass') AS verdict
    FROM results
    WHERE judged_at = last_judged_at
    GROUP BY regime, obligation
)

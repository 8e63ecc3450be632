-- What the last judgement within the range found about cases: it knows the published limits, and working days.
judged AS (
    SELECT obligation, tenant_id, case_id, reason
    FROM duty_breaches
    WHERE $__timeFilter_ms(judged_at)
        AND case_id != ''
        AND (regime, obligation, judged_at) IN (
            SELECT regime, obligation, max(judged_at)
            FROM duty_results
            WHERE $__timeFilter_ms(judged_at)
            GROUP BY regime, obligation
        )
)

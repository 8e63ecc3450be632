SELECT
    at,
    obligation,
    reason,
    severity,
    service_id,
    tenant_id,
    request_id,
    content_id,
    case_id,
    event_id
FROM duty_breaches
WHERE $__timeFilter_ms(judged_at)
    AND (regime, obligation, judged_at) IN (
        SELECT regime, obligation, max(judged_at)
        FROM duty_results
        WHERE $__timeFilter_ms(judged_at)
        GROUP BY regime, obligation
    )
    AND {{regimes}}
    AND {{duty_names}}
    AND {{tenants}}
    AND {{services}}
ORDER BY at DESC, event_id
LIMIT 500

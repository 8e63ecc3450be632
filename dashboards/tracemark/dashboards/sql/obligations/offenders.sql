WITH
found AS (
    SELECT at, obligation, reason, severity, service_id, tenant_id, request_id, content_id, case_id, event_id
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
),
-- A judgement looks 31 days back; a breach is a model's when its content, or its request, is.
of_models AS (
    SELECT tenant_id, content_id, request_id
    FROM events_traffic
    WHERE _broker_ts >= subtractDays($__fromTime_ms, 31) AND _broker_ts <= $__toTime_ms
        AND event_type = 'output.generated'
        AND content_id IN (SELECT content_id FROM found WHERE content_id != '')
        AND {{models}}
    UNION ALL
    SELECT tenant_id, content_id, request_id
    FROM events_traffic
    WHERE _broker_ts >= subtractDays($__fromTime_ms, 31) AND _broker_ts <= $__toTime_ms
        AND event_type IN ('prompt.received', 'output.generated')
        AND request_id IN (SELECT request_id FROM found WHERE request_id != '')
        AND {{models}}
)
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
FROM found
WHERE $__conditionalAll(
    ((content_id != '' AND (tenant_id, content_id) IN (SELECT tenant_id, content_id FROM of_models))
        OR (request_id != '' AND (tenant_id, request_id) IN (SELECT tenant_id, request_id FROM of_models))), $model)
ORDER BY at DESC, event_id
LIMIT 500

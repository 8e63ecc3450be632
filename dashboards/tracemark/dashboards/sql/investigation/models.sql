SELECT
    service_id,
    tenant_id,
    model_id,
    model_version,
    policy_version,
    sumIf(events, event_type = 'prompt.received') AS prompts,
    sumIf(events, event_type = 'output.generated') AS outputs,
    sum(taken) AS measures,
    min(first_occurred) AS first_occurred,
    max(last_occurred) AS last_occurred
FROM
(
    SELECT service_id, tenant_id, model_id, model_version, policy_version, event_type, events, 0 AS taken, first_occurred, last_occurred
    FROM
    (
        {{tally(service_id, tenant_id, model_id, model_version, policy_version, event_type WHERE {{about}})}}
    )
    UNION ALL
    SELECT service_id, tenant_id, model_id, model_version, policy_version, event_type, 0, 1, occurred_at, occurred_at
    FROM events_records
    WHERE {{matter}}
        AND event_type = 'moderation.action'
        AND action != 'pass'
)
GROUP BY service_id, tenant_id, model_id, model_version, policy_version
ORDER BY outputs DESC, service_id, tenant_id, model_id, model_version, policy_version
LIMIT 200

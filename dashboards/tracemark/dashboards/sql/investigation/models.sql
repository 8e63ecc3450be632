SELECT
    service_id,
    tenant_id,
    model_id,
    model_version,
    policy_version,
    countIf(event_type = 'prompt.received') AS prompts,
    countIf(event_type = 'output.generated') AS outputs,
    countIf(event_type = 'moderation.action' AND action != 'pass') AS measures,
    min(occurred_at) AS first_occurred,
    max(occurred_at) AS last_occurred
FROM events
WHERE {{matter}}
GROUP BY service_id, tenant_id, model_id, model_version, policy_version
ORDER BY outputs DESC, service_id, tenant_id, model_id, model_version, policy_version
LIMIT 200

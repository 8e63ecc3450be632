WITH
{{chain}}
SELECT
    tenant_id,
    service_id,
    request_id,
    groupUniqArrayIf(model_id, model_id != '') AS models,
    groupUniqArrayIf(model_version, model_version != '') AS model_versions,
    groupUniqArrayIf(policy_version, policy_version != '') AS policy_versions,
    groupUniqArrayIf(finish, event_type = 'output.generated') AS finishes,
    uniqExactIf(content_id, content_id != '') AS contents,
    min(occurred_at) AS first_occurred,
    max(occurred_at) AS last_occurred,
    min(_broker_ts) AS first_received
FROM events
WHERE {{in_chain}}
GROUP BY tenant_id, service_id, request_id
ORDER BY first_occurred, request_id
LIMIT 100

SELECT
    service_id,
    tenant_id,
    arraySort(groupUniqArrayIf(service_scope, service_scope != '')) AS declared_scopes,
    arraySort(groupUniqArrayIf(audience_class, audience_class != '')) AS audiences,
    countIf(event_type = 'prompt.received') AS prompts,
    countIf(event_type = 'output.generated') AS outputs,
    countIf(event_type = 'content.delivered') AS hand_overs,
    countIf({{lost_labels}}) AS lost_labels,
    max(_broker_ts) AS newest_event
FROM events_traffic
WHERE {{scope}}
    AND {{models}}
    AND {{served}}
GROUP BY service_id, tenant_id
ORDER BY lost_labels DESC, outputs DESC, service_id, tenant_id
LIMIT 200

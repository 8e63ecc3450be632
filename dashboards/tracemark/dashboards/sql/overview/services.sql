SELECT
    service_id,
    tenant_id,
    arraySort(groupUniqArrayIf(service_scope, service_scope != '')) AS declared_scopes,
    arraySort(groupUniqArrayIf(audience_class, audience_class != '')) AS audiences,
    sumIf(events, event_type = 'prompt.received') AS prompts,
    sumIf(events, event_type = 'output.generated') AS outputs,
    sumIf(events, event_type = 'content.delivered') AS hand_overs,
    sum(lost) AS lost_labels,
    max(newest) AS newest_event
FROM
(
    SELECT service_id, tenant_id, service_scope, audience_class, event_type, events, 0 AS lost, newest
    FROM
    (
        {{tally(service_id, tenant_id, service_scope, audience_class, event_type
            WHERE {{choices}} AND {{models}} AND {{served}} AND {{traffic}})}}
    )
    UNION ALL
    SELECT service_id, tenant_id, '', '', '', 0, count(), max(_broker_ts)
    FROM events_traffic
    WHERE {{scope}} AND {{models}} AND {{served}}
        AND event_type IN ('content.delivered', 'label.verified')
        AND {{lost_labels}}
    GROUP BY service_id, tenant_id
)
GROUP BY service_id, tenant_id
ORDER BY lost_labels DESC, outputs DESC, service_id, tenant_id
LIMIT 200

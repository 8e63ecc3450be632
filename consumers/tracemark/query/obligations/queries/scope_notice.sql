-- One row per service with users in scope: a notice of its audience, occasions and purposes is published and in force.
SELECT s.tenant_id AS tenant_id, s.service_id AS service_id, s.first_event AS event_id, '' AS request_id, '' AS content_id, '' AS case_id,
    s.first_at AS at,
    if((tenant_id, service_id) IN (
        SELECT tenant_id, service_id FROM events_records
        WHERE event_type = 'policy.published' AND policy_kind = 'service_scope_notice' AND {{known}}
            AND effective_from <= {to:DateTime64(6, 'UTC')}
    ), '', 'no_notice') AS reason,
    1 AS usable
FROM (
    SELECT tenant_id, service_id, argMin(toString(event_id), occurred_at) AS first_event, min(occurred_at) AS first_at
    FROM events_traffic
    WHERE event_type = 'prompt.received' AND {{window}} AND {{scope}} AND {{in_scope}}
    GROUP BY tenant_id, service_id
) AS s

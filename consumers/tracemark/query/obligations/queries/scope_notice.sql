-- One row per service with users in scope: a notice of its audience, occasions and purposes was published, and in force no later
-- than the first prompt of the window.
WITH notices AS (
    SELECT tenant_id, service_id, min(greatest(effective_from, occurred_at)) AS since, 1 AS found
    FROM events_records
    WHERE event_type = 'policy.published' AND policy_kind = 'service_scope_notice' AND {{known}} AND {{tenants}}
    GROUP BY tenant_id, service_id
)
SELECT s.tenant_id AS tenant_id, s.service_id AS service_id, s.first_event AS event_id, '' AS request_id, '' AS content_id, '' AS case_id,
    s.first_at AS at,
    multiIf(found = 0, 'no_notice', since > first_at, 'notice_later', '') AS reason,
    1 AS usable
FROM (
    SELECT tenant_id, service_id, argMin(toString(event_id), {{moment}}) AS first_event, min({{moment}}) AS first_at
    FROM events_traffic
    WHERE event_type = 'prompt.received' AND {{window}} AND {{scope}} AND {{in_scope}}
    GROUP BY tenant_id, service_id
) AS s
LEFT ANY JOIN notices USING (tenant_id, service_id)

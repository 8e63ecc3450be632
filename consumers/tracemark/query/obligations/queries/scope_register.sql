-- One row per service seen in traffic: a declaration of its scope holds, and an exemption names who is exempt and what keeps the public out.
WITH declared AS (
    SELECT tenant_id, service_id, argMax(toString(service_scope), (valid_from, occurred_at)) AS scope,
        argMax(exempt_entity_kind, (valid_from, occurred_at)) AS kind,
        argMax(access_control_ref, (valid_from, occurred_at)) AS control, 1 AS found
    FROM events_records
    WHERE event_type = 'service.declared' AND {{known}} AND {{tenants}}
        AND valid_from <= {to:DateTime64(6, 'UTC')} AND (valid_to IS NULL OR valid_to > {to:DateTime64(6, 'UTC')})
    GROUP BY tenant_id, service_id
)
SELECT s.tenant_id AS tenant_id, s.service_id AS service_id, s.first_event AS event_id, '' AS request_id, '' AS content_id, '' AS case_id,
    s.first_at AS at,
    multiIf(found = 0, 'undeclared', scope = 'not_public' AND (kind = '' OR control = ''), 'exemption_without_reason', '') AS reason,
    1 AS usable
FROM (
    SELECT tenant_id, service_id, argMin(toString(event_id), occurred_at) AS first_event, min(occurred_at) AS first_at
    FROM events_traffic
    WHERE event_type = 'prompt.received' AND {{window}} AND {{scope}}
    GROUP BY tenant_id, service_id
) AS s
LEFT ANY JOIN declared USING (tenant_id, service_id)

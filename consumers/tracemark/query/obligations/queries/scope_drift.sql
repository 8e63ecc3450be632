-- One row per service that is declared, or says of itself, not to be public: the first user of the mainland public is the proof.
-- That a service was opened holds from when it was declared, never backwards; that it was closed is believed at its word.
WITH declared AS (
    SELECT tenant_id, service_id, toString(service_scope) AS scope,
        if(scope = 'not_public', valid_from, greatest(valid_from, occurred_at)) AS since,
        ifNull(valid_to, toDateTime64('2299-01-01 00:00:00', 6, 'UTC')) AS valid_until
    FROM events_records
    WHERE event_type = 'service.declared' AND {{known}} AND {{tenants}}
    ORDER BY occurred_at DESC, producer_seq DESC
    LIMIT 1 BY tenant_id, service_id, since
),
closed_services AS (
    SELECT tenant_id, service_id FROM declared WHERE scope = 'not_public'
    UNION DISTINCT
    SELECT tenant_id, service_id FROM events_traffic WHERE {{window}} AND {{scope}} AND service_scope = 'not_public'
)
SELECT tenant_id, service_id,
    argMinIf(id, happened, drifted) AS first_id, if(first_id = '', min(id), first_id) AS event_id,
    argMinIf(request, happened, drifted) AS request_id, argMinIf(content, happened, drifted) AS content_id, '' AS case_id,
    if(first_id = '', min(happened), minIf(happened, drifted)) AS at,
    if(first_id = '', '', 'public_audience') AS reason,
    1 AS usable
FROM (
    SELECT e.tenant_id AS tenant_id, e.service_id AS service_id, toString(e.event_id) AS id, e.request_id AS request,
        e.content_id AS content, e.happened AS happened,
        d.scope != '' AND e.happened < d.valid_until ? d.scope : toString(e.service_scope) AS in_force,
        audience_class = 'public_mainland' AND in_force = 'not_public' AS drifted
    FROM (
        SELECT *, {{moment}} AS happened
        FROM events_traffic
        WHERE event_type IN ('prompt.received', 'output.generated', 'content.delivered') AND {{window}} AND {{scope}}
            AND (tenant_id, service_id) IN (SELECT tenant_id, service_id FROM closed_services)
    ) AS e
    ASOF LEFT JOIN declared AS d
        ON e.tenant_id = d.tenant_id AND e.service_id = d.service_id AND e.happened >= d.since
)
GROUP BY tenant_id, service_id

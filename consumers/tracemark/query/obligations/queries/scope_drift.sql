-- One row per service that is declared, or says of itself, not to be for the mainland public: the first of that public is the proof.
-- Whichever regimes its events name: that they do not name this one is what may have drifted.
-- That a service was opened holds from when it was declared, never backwards; that it was closed is believed at its word.
-- While nobody can tell who some of its users are, nobody can tell that none of them is of the public.
WITH ['not_public', 'outside_mainland'] AS closed,
declared AS (
    SELECT tenant_id, service_id, toString(service_scope) AS scope,
        if(has(closed, scope), valid_from, greatest(valid_from, occurred_at)) AS since,
        ifNull(valid_to, toDateTime64('2299-01-01 00:00:00', 6, 'UTC')) AS valid_until
    FROM events_records
    WHERE event_type = 'service.declared' AND {{known}} AND {{tenants}}
    ORDER BY occurred_at DESC, producer_seq DESC
    LIMIT 1 BY tenant_id, service_id, since
),
closed_services AS (
    SELECT tenant_id, service_id FROM declared WHERE has(closed, scope)
    UNION DISTINCT
    SELECT tenant_id, service_id FROM events_traffic WHERE {{window}} AND {{scope}} AND has(closed, service_scope)
)
SELECT tenant_id, service_id, argMin(id, (rank, happened)) AS event_id,
    argMin(request, (rank, happened)) AS request_id, argMin(content, (rank, happened)) AS content_id, '' AS case_id,
    min((rank, happened)).2 AS at,
    multiIf(min(rank) = 1, 'public_audience', min(rank) = 2, 'audience_unknown', '') AS reason,
    reason != 'audience_unknown' AS usable
FROM (
    SELECT e.tenant_id AS tenant_id, e.service_id AS service_id, toString(e.event_id) AS id, e.request_id AS request,
        e.content_id AS content, e.happened AS happened,
        d.scope != '' AND e.happened < d.valid_until ? d.scope : toString(e.service_scope) AS in_force,
        multiIf(NOT has(closed, in_force), 3, audience_class = 'public_mainland', 1, audience_class = 'unknown', 2, 3) AS rank
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

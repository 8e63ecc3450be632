-- One row per service seen in traffic: a declaration of its scope held at each of its prompts, and an exemption names who is
-- exempt and what keeps the public out. It holds from when it was recorded at the earliest; by a wrong clock nobody can tell when that
-- was. Of two declarations from one moment the later word counts.
-- A closed service is registered, too: its exemption is what is asked about. Tests and people abroad are nobody's use here.
WITH declared AS (
    SELECT tenant_id, service_id, toString(service_scope) AS scope, exempt_entity_kind, access_control_ref,
        greatest(valid_from, {{moment}}) AS since,
        ifNull(valid_to, toDateTime64('2299-01-01 00:00:00', 6, 'UTC')) AS valid_until
    FROM events_records
    WHERE event_type = 'service.declared' AND {{known}} AND {{tenants}}
    ORDER BY occurred_at DESC, producer_seq DESC
    LIMIT 1 BY tenant_id, service_id, since
),
undated AS (
    SELECT tenant_id, service_id, min(valid_from) AS perhaps_since, 1 AS found
    FROM events_records
    WHERE event_type = 'service.declared' AND clock_suspect AND {{known}} AND {{tenants}}
    GROUP BY tenant_id, service_id
)
SELECT tenant_id, service_id, argMin(id, (rank, moment)) AS event_id,
    '' AS request_id, '' AS content_id, '' AS case_id,
    min((rank, moment)).2 AS at,
    argMin(lack, (rank, moment)) AS reason,
    reason != 'clock_suspect' AS usable
FROM (
    SELECT e.tenant_id AS tenant_id, e.service_id AS service_id, id, moment,
        multiIf(
            d.scope = '' AND u.found AND moment >= u.perhaps_since, 'clock_suspect',
            d.scope = '' OR moment >= d.valid_until, 'undeclared',
            d.scope = 'not_public' AND (d.exempt_entity_kind = '' OR d.access_control_ref = ''), 'exemption_without_reason',
            ''
        ) AS lack,
        multiIf(lack = '', 3, lack = 'clock_suspect', 2, 1) AS rank
    FROM (
        SELECT tenant_id, service_id, toString(event_id) AS id, {{moment}} AS moment
        FROM events_traffic
        WHERE event_type = 'prompt.received' AND {{window}} AND {{scope}}
            AND ({{in_scope}} OR service_scope = 'not_public' AND audience_class NOT IN ('public_outside', 'test') AND {{named}})
    ) AS e
    ASOF LEFT JOIN declared AS d
        ON e.tenant_id = d.tenant_id AND e.service_id = d.service_id AND e.moment >= d.since
    LEFT ANY JOIN undated AS u ON e.tenant_id = u.tenant_id AND e.service_id = u.service_id
)
GROUP BY tenant_id, service_id

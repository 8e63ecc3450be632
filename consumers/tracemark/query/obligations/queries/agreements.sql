-- One row per user and service: an agreement that explains the labels was on file before the first prompt. One that was erased, or
-- expired, is on file no more: who comes back accepts anew.
-- By a wrong clock something happened no later than it was received, and no earlier than a month before that, or than it says.
WITH accepted AS (
    SELECT tenant_id, subject_ref, countIf(has_label_clause) AS with_clause, 1 AS found,
        minIf(if(clock_suspect, least(accepted_at, {{earliest}}), accepted_at), has_label_clause) AS clause_from,
        minIf(if(clock_suspect, {{moment}}, accepted_at), has_label_clause) AS clause_by
    FROM events_records
    WHERE event_type = 'agreement.accepted' AND {{known}} AND {{tenants}} AND subject_ref != ''
    GROUP BY tenant_id, subject_ref
)
SELECT p.tenant_id AS tenant_id, p.service_id AS service_id, p.id AS event_id, p.request AS request_id, '' AS content_id, '' AS case_id,
    p.first_by AS at,
    multiIf(
        found = 0, 'no_agreement',
        with_clause = 0, 'no_label_clause',
        clause_by <= first_from, '',
        clause_from > first_by, 'accepted_later',
        'clock_suspect'
    ) AS reason,
    reason != 'clock_suspect' AS usable
FROM (
    SELECT tenant_id, service_id, subject_ref, toString(argMin(event_id, {{moment}})) AS id,
        argMin(e.request_id, {{moment}}) AS request, min({{earliest}}) AS first_from, min({{moment}}) AS first_by
    FROM events_traffic AS e
    WHERE event_type = 'prompt.received' AND subject_ref != '' AND {{window}} AND {{scope}} AND {{in_scope}}
    GROUP BY tenant_id, service_id, subject_ref
) AS p
LEFT ANY JOIN accepted USING (tenant_id, subject_ref)

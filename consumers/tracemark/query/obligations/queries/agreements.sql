-- One row per user and service: an agreement that explains the labels was accepted before the first prompt.
WITH accepted AS (
    SELECT tenant_id, subject_ref, min(accepted_at) AS any_at, minIf(accepted_at, has_label_clause) AS clause_at,
        countIf(has_label_clause) AS with_clause, 1 AS found
    FROM events_records
    WHERE event_type = 'agreement.accepted' AND {{known}} AND {{tenants}} AND subject_ref != ''
    GROUP BY tenant_id, subject_ref
)
SELECT p.tenant_id AS tenant_id, p.service_id AS service_id, p.id AS event_id, p.request AS request_id, '' AS content_id, '' AS case_id,
    p.first_at AS at,
    multiIf(
        found = 0, 'no_agreement',
        with_clause = 0, 'no_label_clause',
        clause_at <= first_at, '',
        suspect, 'clock_suspect', 'accepted_later'
    ) AS reason,
    reason != 'clock_suspect' AS usable
FROM (
    SELECT tenant_id, service_id, subject_ref, argMin(toString(event_id), occurred_at) AS id,
        argMin(e.request_id, occurred_at) AS request, min(occurred_at) AS first_at, argMin(clock_suspect, occurred_at) AS suspect
    FROM events_traffic AS e
    WHERE event_type = 'prompt.received' AND subject_ref != '' AND {{window}} AND {{scope}} AND {{in_scope}}
    GROUP BY tenant_id, service_id, subject_ref
) AS p
LEFT ANY JOIN accepted USING (tenant_id, subject_ref)

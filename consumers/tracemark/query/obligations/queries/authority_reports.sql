-- One row per case and authority that it was reported to, or is about to be: the report went out, was not rejected, and its
-- receipt is on file. The last word counts; what one authority acknowledged says nothing about another. A draft may wait for as long
-- as the published target leaves for a report, from the first word on. Without a receipt nothing but our own word shows that a report
-- arrived.
WITH targets AS ({{limits}} AND policy_kind = 'moderation_targets' AND applies_to = 'report' {{newest_limit}}),
reports AS (
    SELECT tenant_id, argMax(service_id, at) AS service_id, argMax(id, at) AS event_id, argMax(request_id, at) AS request_id,
        max(content_id) AS content_id, case_id, min(at) AS first_at, max(at) AS last_at,
        argMax(toString(report_state), at) AS last, max(receipt_ref) AS receipt,
        max(clock_suspect) AND uniqExact(report_state) > 1 AS in_doubt,
        min(_broker_ts) AS heard, countIf({{window}}) > 0 AS moved
    FROM (
        SELECT *, {{moment}} AS at, toString(event_id) AS id, if(case_id = '', id, authority) AS told
        FROM events_records
        WHERE event_type = 'authority.report' AND {{known}} AND {{tenants}}
    )
    GROUP BY tenant_id, case_id, told
    HAVING {{scope}} AND max({{in_scope}})
)
SELECT r.tenant_id AS tenant_id, r.service_id AS service_id, event_id, request_id, content_id, case_id, last_at AS at,
    t.limit_value IS NOT NULL AS timed, {{due:first_at,t.limit_value,t.limit_unit}} AS due,
    {{certain:first_at,due,t.limit_unit}} AS certain, {as_of:DateTime64(6, 'UTC')} AS until,
    multiIf(
        in_doubt, 'clock_suspect',
        last = 'rejected', 'rejected',
        last = 'draft', multiIf(NOT timed OR until > certain, 'never_sent', until > due, 'calendar_not_listed', ''),
        receipt != '', '',
        last = 'acknowledged', 'no_receipt',
        'receipt_outstanding'
    ) AS reason,
    reason NOT IN ('clock_suspect', 'calendar_not_listed', 'receipt_outstanding') AS usable
FROM reports AS r
ASOF LEFT JOIN targets AS t
    ON r.tenant_id = t.tenant_id AND r.service_id = t.service_id AND r.first_at >= t.in_force
WHERE heard < {to:DateTime64(6, 'UTC')}
    AND (moved OR (last = 'draft' AND (t.news OR (timed AND certain >= {from:DateTime64(6, 'UTC')}))))

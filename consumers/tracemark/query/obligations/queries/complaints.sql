-- One row per complaint, and one per reopening, that was open during the window: fed back in time, and not closed before that.
-- A second receipt begins a new round only when the one before was closed; a case is one whichever service records its moves.
-- Due by the limit that was published and in force at receipt; a limit for this kind of complaint wins over the general one.
WITH moves AS (
    SELECT *, {{moment}} AS at, toString(complaint_state) AS state, toString(complaint_kind) AS case_kind
    FROM events_records
    WHERE event_type = 'complaint.transition' AND case_id != '' AND {{known}} AND {{tenants}}
),
limits AS ({{limits}} AND policy_kind = 'complaint_sla' {{newest_limit}}),
{{due_cycles}}
SELECT tenant_id, service_id, event_id, request_id, content_id, case_id, start AS at,
    {{answered}}
FROM timed
WHERE {{open_then}}

-- One row per request of a user about personal information that was open during the window: answered in time, refused with reasons.
-- A code on any move of a round is the reason of its refusal, which is owed with the answer.
-- Due by the limit that was published and in force at receipt; a limit for this kind of request wins over the general one.
WITH moves AS (
    SELECT *, {{moment}} AS at, toString(rights_state) AS state, toString(rights_kind) AS case_kind
    FROM events_records
    WHERE event_type = 'rights_request.transition' AND case_id != '' AND {{known}} AND {{tenants}}
),
limits AS ({{limits}} AND policy_kind = 'rights_sla' {{newest_limit}}),
{{due_cycles}}
SELECT tenant_id, service_id, event_id, request_id, content_id, case_id, start AS at,
    {{answered}}
FROM timed
WHERE {{open_then}}

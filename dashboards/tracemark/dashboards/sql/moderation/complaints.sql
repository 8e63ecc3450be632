WITH
{{complaint_cases}}
SELECT
    received_at,
    case_id,
    {{breach}} AS reason,
    service_id,
    kind AS complaint_kind,
    state AS complaint_state,
    due_at,
    feedback_at
FROM found
ORDER BY breach != '' DESC, received_at DESC, case_id
LIMIT 500

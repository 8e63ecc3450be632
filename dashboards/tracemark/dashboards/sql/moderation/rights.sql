WITH
{{rights_cases}}
SELECT
    received_at,
    case_id,
    {{breach}} AS reason,
    service_id,
    kind AS rights_kind,
    state AS rights_state,
    due_at,
    feedback_at,
    refusal_code
FROM found
ORDER BY breach != '' DESC, received_at DESC, case_id
LIMIT 500

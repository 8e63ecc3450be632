WITH
{{rights_cases}}
SELECT
    received_at,
    case_id,
    service AS service_id,
    kind AS rights_kind,
    state AS rights_state,
    due AS due_at,
    answered_at,
    refusal AS refusal_code,
    toUInt8(overdue) AS late
FROM requests
ORDER BY late DESC, received_at DESC, case_id
LIMIT 500

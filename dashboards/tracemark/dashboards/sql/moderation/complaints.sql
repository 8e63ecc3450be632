WITH
{{complaint_cases}}
SELECT
    received_at,
    case_id,
    service AS service_id,
    kind AS complaint_kind,
    state AS complaint_state,
    due AS due_at,
    fed_back_at AS feedback_at,
    toUInt8(overdue) AS late,
    toUInt8(closed_without_feedback) AS closed_unanswered
FROM complaints
ORDER BY late DESC, closed_unanswered DESC, received_at DESC, case_id
LIMIT 500

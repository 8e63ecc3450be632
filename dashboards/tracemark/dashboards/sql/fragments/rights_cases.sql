{{judged}},
requests AS (
    SELECT
        tenant_id,
        case_id,
        argMin(service_id, occurred_at) AS service,
        toString(argMin(rights_kind, occurred_at)) AS kind,
        toString(argMax(rights_state, (occurred_at, producer_seq))) AS state,
        min(occurred_at) AS received_at,
        argMaxIf(due_at, occurred_at, due_at IS NOT NULL) AS due,
        minOrNullIf(ifNull(feedback_sent_at, occurred_at),
            rights_state IN ('done', 'partly', 'refused', 'feedback_sent', 'closed') OR feedback_sent_at IS NOT NULL) AS answered_at,
        anyLastIf(toString(refusal_code), refusal_code != '') AS refusal,
        ifNull(ifNull(answered_at, toDateTime64({{range_end}}, 6, 'UTC')) > due, false)
            OR (tenant_id, case_id) IN (
                SELECT tenant_id, case_id FROM judged WHERE obligation = 'INV-9' AND reason IN ('overdue', 'late_feedback')
            ) AS overdue
    FROM events_records
    WHERE {{known_records}}
        AND event_type = 'rights_request.transition'
        AND case_id != ''
    GROUP BY tenant_id, case_id
)

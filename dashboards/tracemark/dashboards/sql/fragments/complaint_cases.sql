{{judged}},
complaints AS (
    SELECT
        tenant_id,
        case_id,
        argMin(service_id, occurred_at) AS service,
        toString(argMin(complaint_kind, occurred_at)) AS kind,
        toString(argMax(complaint_state, (occurred_at, producer_seq))) AS state,
        min(occurred_at) AS received_at,
        argMaxIf(due_at, occurred_at, due_at IS NOT NULL) AS due,
        minOrNullIf(ifNull(feedback_sent_at, occurred_at), complaint_state = 'feedback_sent' OR feedback_sent_at IS NOT NULL) AS fed_back_at,
        countIf(complaint_state = 'closed') > 0 AND fed_back_at IS NULL AS closed_without_feedback,
        ifNull(ifNull(fed_back_at, toDateTime64({{range_end}}, 6, 'UTC')) > due, false)
            OR (tenant_id, case_id) IN (
                SELECT tenant_id, case_id FROM judged WHERE obligation = 'INV-8' AND reason IN ('overdue', 'late_feedback')
            ) AS overdue
    FROM events_records
    WHERE {{known_records}}
        AND event_type = 'complaint.transition'
        AND case_id != ''
    GROUP BY tenant_id, case_id
)

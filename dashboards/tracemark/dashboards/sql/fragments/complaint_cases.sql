'INV-8' AS duty,
{{judged}},
cases AS (
    SELECT
        tenant_id,
        case_id,
        argMin(service_id, occurred_at) AS service,
        toString(argMin(complaint_kind, occurred_at)) AS kind,
        arraySort(groupArray((occurred_at, producer_seq, toString(complaint_state), due_at, ''))) AS moves,
        arraySort(groupArrayIf((occurred_at, toString(complaint_state)), complaint_state IN ('received', 'reopened'))) AS marks,
        arraySort(groupArrayIf(occurred_at, complaint_state = 'closed')) AS closed,
        arraySort(groupArrayIf(ifNull(feedback_sent_at, occurred_at),
            complaint_state = 'feedback_sent' OR feedback_sent_at IS NOT NULL)) AS fed_back,
        {{begun}}
    FROM events_records
    WHERE {{known_cases}}
        AND event_type = 'complaint.transition'
        AND case_id != ''
    GROUP BY tenant_id, case_id
),
{{rounds}}

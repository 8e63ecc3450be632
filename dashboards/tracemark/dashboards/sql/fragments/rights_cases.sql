'INV-9' AS duty,
{{judged}},
cases AS (
    SELECT
        tenant_id,
        case_id,
        argMin(service_id, occurred_at) AS service,
        toString(argMin(rights_kind, occurred_at)) AS kind,
        arraySort(groupArray((occurred_at, producer_seq, toString(rights_state), due_at, toString(refusal_code)))) AS moves,
        arraySort(groupArrayIf((occurred_at, toString(rights_state)), rights_state = 'received')) AS marks,
        arraySort(groupArrayIf(occurred_at, rights_state = 'closed')) AS closed,
        arraySort(groupArrayIf(ifNull(feedback_sent_at, occurred_at),
            rights_state = 'feedback_sent' OR feedback_sent_at IS NOT NULL)) AS fed_back,
        {{begun}}
    FROM events_records
    WHERE {{known_cases}}
        AND event_type = 'rights_request.transition'
        AND case_id != ''
    GROUP BY tenant_id, case_id
),
{{rounds}}

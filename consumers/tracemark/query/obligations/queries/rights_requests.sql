-- One row per request of a user about personal information that was open during the window: answered in time, refused with reasons.
-- Due by the limit that was published and in force at receipt; a limit for this kind of request wins over the general one.
WITH cases AS (
    SELECT tenant_id, case_id, argMin(service_id, occurred_at) AS service_id, argMin(toString(event_id), occurred_at) AS event_id,
        argMin(request_id, occurred_at) AS request_id, max(content_id) AS content_id,
        toString(argMin(rights_kind, occurred_at)) AS kind,
        arraySort(groupArrayIf((occurred_at, toString(rights_state)), rights_state = 'received')) AS marks,
        {{rounds}} AS began,
        arraySort(groupArrayIf(ifNull(feedback_sent_at, occurred_at),
            rights_state = 'feedback_sent' OR feedback_sent_at IS NOT NULL)) AS fed,
        arraySort(groupArrayIf(occurred_at, rights_state = 'closed')) AS closed,
        minIf(due_at, rights_state = 'received') AS stated_due,
        if(empty(began), [min(occurred_at)], began) AS starts,
        countIf(rights_state IN ('refused', 'partly', 'restricted_until') AND refusal_code = '' AND retained_basis = '') AS bare,
        max(clock_suspect) AS suspect
    FROM (
        SELECT * FROM events_records
        WHERE event_type = 'rights_request.transition' AND case_id != '' AND {{known}} AND {{tenants}}
    )
    GROUP BY tenant_id, case_id
    HAVING {{scope}} AND max({{in_scope}})
),
limits AS ({{limits}} AND policy_kind = 'rights_sla' {{newest_limit}}),
{{due_cycles}}
SELECT tenant_id, service_id, event_id, request_id, content_id, case_id, start AS at,
    multiIf(
        notEmpty(ended) AND (empty(feedback) OR feedback[1] > ended[1]), 'closed_without_feedback',
        bare > 0, 'refused_without_reason',
        empty(began), 'receipt_not_recorded',
        due IS NULL, 'no_limit_in_force',
        suspect, 'clock_suspect',
        empty(feedback) AND {as_of:DateTime64(6, 'UTC')} > due, 'overdue',
        notEmpty(feedback) AND feedback[1] > due, 'late_feedback',
        ''
    ) AS reason,
    reason NOT IN ('receipt_not_recorded', 'no_limit_in_force', 'clock_suspect') AS usable
FROM timed
WHERE {{open_then}}

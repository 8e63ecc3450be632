-- One row per complaint, and one per reopening, that was open during the window: fed back in time, and not closed before that.
-- Due by the limit that was published and in force at receipt; a limit for this kind of complaint wins over the general one.
WITH cases AS (
    SELECT tenant_id, case_id, argMin(service_id, occurred_at) AS service_id, argMin(toString(event_id), occurred_at) AS event_id,
        argMin(request_id, occurred_at) AS request_id, max(content_id) AS content_id,
        toString(argMin(complaint_kind, occurred_at)) AS kind,
        arraySort(groupArrayIf(occurred_at, complaint_state IN ('received', 'reopened'))) AS began,
        arraySort(groupArrayIf(ifNull(feedback_sent_at, occurred_at),
            complaint_state = 'feedback_sent' OR feedback_sent_at IS NOT NULL)) AS fed,
        arraySort(groupArrayIf(occurred_at, complaint_state = 'closed')) AS closed,
        minIf(due_at, complaint_state = 'received') AS stated_due,
        if(empty(began), [min(occurred_at)], began) AS starts,
        max(clock_suspect) AS suspect
    FROM (
        SELECT * FROM events_records
        WHERE event_type = 'complaint.transition' AND case_id != '' AND {{known}} AND {{scope}}
    )
    GROUP BY tenant_id, case_id
),
cycles AS (
    SELECT *, i, starts[i] AS start, if(i < length(starts), starts[i + 1], toDateTime64('2299-01-01 00:00:00', 6, 'UTC')) AS stop,
        arrayFilter(f -> f >= start AND f < stop, fed) AS feedback,
        arrayFilter(f -> f >= start AND f < stop, closed) AS ended
    FROM cases
    ARRAY JOIN arrayEnumerate(starts) AS i
),
limits AS ({{limits}} AND policy_kind = 'complaint_sla'),
special AS (
    SELECT c.*, s.limit_value AS special_value, s.limit_unit AS special_unit
    FROM cycles AS c
    ASOF LEFT JOIN (SELECT * FROM limits WHERE applies_to != '') AS s
        ON c.tenant_id = s.tenant_id AND c.service_id = s.service_id AND c.kind = s.applies_to AND c.start >= s.in_force
),
timed AS (
    SELECT c.*, g.limit_value AS general_value, g.limit_unit AS general_unit,
        multiIf(
            special_value IS NOT NULL, {{due:start,special_value,special_unit}},
            general_value IS NOT NULL, {{due:start,general_value,general_unit}},
            i = 1, stated_due, NULL
        ) AS due
    FROM special AS c
    ASOF LEFT JOIN (SELECT * FROM limits WHERE applies_to = '') AS g
        ON c.tenant_id = g.tenant_id AND c.service_id = g.service_id AND c.start >= g.in_force
)
SELECT tenant_id, service_id, event_id, request_id, content_id, case_id, start AS at,
    multiIf(
        notEmpty(ended) AND (empty(feedback) OR feedback[1] > ended[1]), 'closed_without_feedback',
        empty(began), 'receipt_not_recorded',
        due IS NULL, 'no_limit_in_force',
        suspect, 'clock_suspect',
        empty(feedback) AND {as_of:DateTime64(6, 'UTC')} > due, 'overdue',
        notEmpty(feedback) AND feedback[1] > due, 'late_feedback',
        ''
    ) AS reason,
    reason NOT IN ('receipt_not_recorded', 'no_limit_in_force', 'clock_suspect') AS usable
FROM timed
WHERE start < {to:DateTime64(6, 'UTC')}
    AND (empty(feedback) OR feedback[1] >= {from:DateTime64(6, 'UTC')} OR ifNull(due >= {from:DateTime64(6, 'UTC')}, true))

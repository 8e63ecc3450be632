-- Of the moves of cases, and the limits for their kind: each round, what was done in it, and when it was due. An answer belongs to
-- the round in which it was sent; what was sent before anybody wrote down the first receipt answers that one. Where no receipt is
-- on record the first move stands for it.
cases AS (
    SELECT tenant_id, case_id, argMin(service_id, at) AS service_id, argMin(toString(event_id), at) AS event_id,
        argMin(request_id, at) AS request_id, max(content_id) AS content_id, argMin(case_kind, at) AS kind,
        arraySort(groupArrayIf((at, state), state IN ('received', 'reopened'))) AS marks,
        arraySort(groupArrayIf(ifNull(feedback_sent_at, at), state = 'feedback_sent' OR feedback_sent_at IS NOT NULL)) AS fed,
        arraySort(groupArrayIf(at, state = 'closed')) AS closed,
        groupArrayIf(at, state IN ('refused', 'partly', 'restricted_until')) AS refused,
        groupArrayIf(at, refusal_code != '' OR retained_basis != '') AS reasoned,
        groupArrayIf(at, {{window}}) AS moved,
        {{rounds}} AS began, if(empty(began), [min(at)], began) AS starts,
        minIf(due_at, state = 'received') AS stated_due, max(clock_suspect) AS suspect
    FROM moves
    GROUP BY tenant_id, case_id
    HAVING {{scope}} AND max({{in_scope}})
),
cycles AS (
    SELECT *, i, starts[i] AS start, if(i = 1, toDateTime64(0, 6, 'UTC'), start) AS since,
        if(i < length(starts), starts[i + 1], toDateTime64('2299-01-01 00:00:00', 6, 'UTC')) AS stop,
        arrayFilter(f -> f >= since AND f < stop, fed) AS feedback,
        arrayFilter(c -> c >= start AND c < stop, closed) AS ended,
        arrayExists(m -> m >= since AND m < stop, moved) AS heard,
        arrayExists(r -> r >= since AND r < stop, refused) AND NOT arrayExists(r -> r >= since AND r < stop, reasoned) AS bare
    FROM cases
    ARRAY JOIN arrayEnumerate(starts) AS i
),
special AS (
    SELECT c.*, s.limit_value AS special_value, s.limit_unit AS special_unit, s.news AS special_news
    FROM cycles AS c
    ASOF LEFT JOIN (SELECT * FROM limits WHERE applies_to != '') AS s
        ON c.tenant_id = s.tenant_id AND c.service_id = s.service_id AND c.kind = s.applies_to AND c.start >= s.in_force
),
timed AS (
    SELECT c.*, special_value IS NOT NULL AS own_limit,
        if(own_limit, special_value, g.limit_value) AS value, if(own_limit, special_unit, g.limit_unit) AS unit,
        multiIf(value IS NOT NULL, {{due:start,value,unit}}, i = 1, stated_due, NULL) AS due,
        {{certain:start,due,unit}} AS certain,
        heard OR special_news OR g.news AS news,
        if(empty(feedback), {as_of:DateTime64(6, 'UTC')}, feedback[1]) AS until
    FROM special AS c
    ASOF LEFT JOIN (SELECT * FROM limits WHERE applies_to = '') AS g
        ON c.tenant_id = g.tenant_id AND c.service_id = g.service_id AND c.start >= g.in_force
)

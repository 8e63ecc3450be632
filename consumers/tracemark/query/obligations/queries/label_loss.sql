-- One row per label that was checked: whatever was lost, altered, forged or hidden was followed by a response, to the content or to the
-- case. A response answers every check that finds the same loss again; what was done before the loss was first seen is none.
-- An explicit label that is missing where a grant had waived it is no loss. Of a loss that names neither content nor case nobody can
-- tell what was done about it. By a wrong clock something happened no later than it was received, nor long before that.
WITH checked AS (
    SELECT {{row}}, label_kind, toString(label_state) AS state, {{spoilt}} AS lost, {{window}} AS fresh,
        {{scope}} AND {{in_scope}} AND {{in_force}} AS judged, {{earliest}} AS seen_from, at AS seen_by
    FROM events_traffic
    WHERE event_type = 'label.verified' AND {{known}} AND {{tenants}} AND ({{spoilt}} OR {{window}})
),
losses AS (
    SELECT tenant_id, about, min(seen_from) AS lost_from, min(seen_by) AS lost_by
    FROM checked
    ARRAY JOIN arrayFilter(a -> a.2 != '', [('content_id', content_id), ('case_id', case_id)]) AS about
    WHERE lost
    GROUP BY tenant_id, about
),
answered AS (
    SELECT tenant_id, about, max(done_from >= lost_by) AS surely, 1 AS perhaps
    FROM (
        SELECT tenant_id, {{earliest}} AS done_from, {{moment}} AS done_by,
            arrayJoin(arrayFilter(a -> a.2 != '', [('content_id', content_id), ('case_id', case_id)])) AS about
        FROM events_records
        WHERE event_type = 'moderation.action' AND action NOT IN ('pass', 'restore', 'lift') AND {{known}} AND {{tenants}}
    ) AS m
    INNER JOIN losses USING (tenant_id, about)
    WHERE done_by >= lost_from
    GROUP BY tenant_id, about
),
grants AS (
    SELECT tenant_id, content_id, minIf(granted_at, NOT suspect) AS waived_since, countIf(NOT suspect) > 0 AS dated, 1 AS waived
    FROM ({{valid_grants}})
    WHERE content_id != ''
    GROUP BY tenant_id, content_id
)
SELECT c.tenant_id AS tenant_id, c.service_id AS service_id, c.event_id AS event_id, c.request_id AS request_id,
    c.content_id AS content_id, c.case_id AS case_id, c.at AS at,
    waived AND state = 'missing' AND label_kind = 'explicit' AS excusable,
    multiIf(
        NOT lost OR o.surely OR k.surely OR excusable AND dated AND waived_since <= seen_from, '',
        o.perhaps OR k.perhaps OR excusable AND NOT (dated AND waived_since > seen_by), 'clock_suspect',
        c.content_id = '' AND c.case_id = '', 'content_unknown',
        concat(state, '_without_response')
    ) AS reason,
    reason NOT IN ('clock_suspect', 'content_unknown') AS usable
FROM (SELECT *, ('content_id', content_id) AS of_content, ('case_id', case_id) AS of_case FROM checked WHERE fresh AND judged) AS c
LEFT ANY JOIN answered AS o ON c.tenant_id = o.tenant_id AND c.of_content = o.about
LEFT ANY JOIN answered AS k ON c.tenant_id = k.tenant_id AND c.of_case = k.about
LEFT ANY JOIN grants AS g ON c.tenant_id = g.tenant_id AND c.content_id = g.content_id

-- One row per label that was checked: whatever was lost, altered, forged or hidden was followed by a response.
-- A response answers every check that finds the same loss again; what was done before the loss was first seen is none.
WITH lost AS (
    SELECT tenant_id, content_id, min(occurred_at) AS lost_at
    FROM events_traffic
    WHERE event_type = 'label.verified' AND {{known}} AND {{tenants}} AND content_id != '' AND {{spoilt}}
    GROUP BY tenant_id, content_id
),
answered AS (
    SELECT tenant_id, content_id
    FROM events_records AS m
    INNER JOIN lost USING (tenant_id, content_id)
    WHERE m.event_type = 'moderation.action' AND m.action NOT IN ('pass', 'restore', 'lift') AND m.occurred_at >= lost_at AND {{known}}
)
SELECT {{row}},
    if(NOT {{spoilt}} OR (tenant_id, content_id) IN (SELECT tenant_id, content_id FROM answered),
        '', concat(toString(label_state), '_without_response')) AS reason,
    1 AS usable
FROM events_traffic
WHERE event_type = 'label.verified' AND {{window}} AND {{scope}} AND {{in_scope}} AND {{in_force}}

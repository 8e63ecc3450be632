-- One row per complaint received: a time limit for its kind, or for all, was published and in force at that moment.
-- By a wrong clock it came in when it arrived, at the latest: with no limit even then there was none.
WITH limits AS ({{limits}} AND policy_kind = 'complaint_sla' {{newest_limit}}),
received AS (
    SELECT c.*, s.limit_value AS special_value
    FROM (
        SELECT {{row}}, toString(complaint_kind) AS kind, clock_suspect AS suspect
        FROM events_records
        WHERE event_type = 'complaint.transition' AND complaint_state = 'received' AND {{window}} AND {{scope}} AND {{in_scope}}
    ) AS c
    ASOF LEFT JOIN (SELECT * FROM limits WHERE applies_to != '') AS s
        ON c.tenant_id = s.tenant_id AND c.service_id = s.service_id AND c.kind = s.applies_to AND c.at >= s.in_force
)
SELECT c.tenant_id AS tenant_id, c.service_id AS service_id, c.event_id AS event_id, c.request_id AS request_id,
    c.content_id AS content_id, c.case_id AS case_id, c.at AS at,
    multiIf(special_value IS NULL AND g.limit_value IS NULL, 'no_limit_in_force', suspect, 'clock_suspect', '') AS reason,
    reason != 'clock_suspect' AS usable
FROM received AS c
ASOF LEFT JOIN (SELECT * FROM limits WHERE applies_to = '') AS g
    ON c.tenant_id = g.tenant_id AND c.service_id = g.service_id AND c.at >= g.in_force

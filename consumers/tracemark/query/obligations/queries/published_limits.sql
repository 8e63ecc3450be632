-- One row per complaint received: a time limit was published and in force at that moment.
WITH limits AS ({{limits}} AND policy_kind = 'complaint_sla')
SELECT c.tenant_id AS tenant_id, c.service_id AS service_id, toString(c.event_id) AS event_id, c.request_id AS request_id,
    c.content_id AS content_id, c.case_id AS case_id, c.occurred_at AS at,
    if(l.limit_value IS NULL, 'no_limit_in_force', '') AS reason, 1 AS usable
FROM (
    SELECT * FROM events_records
    WHERE event_type = 'complaint.transition' AND complaint_state = 'received' AND {{window}} AND {{scope}}
) AS c
ASOF LEFT JOIN limits AS l
    ON c.tenant_id = l.tenant_id AND c.service_id = l.service_id AND c.occurred_at >= l.in_force

-- One row per file handed over: the check of that form found the mark, or else the last read-back before it did, however old.
-- What others did to the file afterwards is no breach of its maker, so later read-backs are not looked at.
WITH handed AS (
    SELECT {{row}}, implicit_verdict
    FROM events_traffic
    WHERE event_type = 'content.delivered' AND {{window}} AND {{scope}} AND {{in_scope}} AND media_type != '' AND {{covered}}
),
checks AS (
    SELECT tenant_id, content_id, occurred_at AS checked_at, toString(label_state) AS state
    FROM events_traffic
    WHERE event_type = 'label.verified' AND {{known}} AND {{tenants}} AND content_id != '' AND label_kind = 'implicit'
        AND (tenant_id, content_id) IN (SELECT tenant_id, content_id FROM handed WHERE implicit_verdict = 'not_checked')
),
began AS ({{began}})
SELECT h.tenant_id AS tenant_id, h.service_id AS service_id, h.event_id AS event_id, h.request_id AS request_id,
    h.content_id AS content_id, h.case_id AS case_id, h.at AS at,
    multiIf(
        implicit_verdict = 'verified' OR implicit_verdict = 'not_checked' AND state IN ('applied', 'verified', 'preserved'), '',
        {{start_unknown}}, 'start_not_declared',
        implicit_verdict = 'missing', 'no_mark_found',
        state IN ('missing', 'altered', 'forged', 'hidden'), concat('mark_', state),
        'not_checked'
    ) AS reason,
    reason NOT IN ('start_not_declared', 'not_checked') AS usable
FROM (
    SELECT handed.*, checks.state AS state
    FROM handed
    ASOF LEFT JOIN checks
        ON handed.tenant_id = checks.tenant_id AND handed.content_id = checks.content_id AND handed.at >= checks.checked_at
) AS h
LEFT ANY JOIN began USING (tenant_id, service_id)
WHERE {{due_for_marking}}

-- One row per publication: the real identity of whoever asked for the content had been checked.
-- Held to be not required, or not known, is no evidence that it was.
WITH asked AS (
    SELECT tenant_id, request_id,
        multiIf(max(realname_status = 'unverified'), 'unverified', max(realname_status != 'verified'), 'unknown', 'checked') AS status
    FROM events_traffic
    WHERE event_type = 'prompt.received' AND {{known}} AND {{tenants}} AND request_id != '' AND request_id IN (
        SELECT request_id FROM events_traffic
        WHERE event_type = 'content.delivered' AND delivery_channel = 'publish' AND {{window}} AND {{scope}}
    )
    GROUP BY tenant_id, request_id
)
SELECT {{row}},
    multiIf(status = 'unverified', 'published_unverified', status = 'unknown', 'status_unknown', status = '', 'no_prompt', '') AS reason,
    reason = '' OR reason = 'published_unverified' AS usable
FROM events_traffic AS d
LEFT ANY JOIN asked USING (tenant_id, request_id)
WHERE event_type = 'content.delivered' AND delivery_channel = 'publish' AND {{window}} AND {{scope}} AND {{in_scope}}

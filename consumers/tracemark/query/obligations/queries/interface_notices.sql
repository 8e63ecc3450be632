-- One row per prompt: the request has a notice in its interface on record. That none was recorded does not show that none was there.
SELECT {{row}},
    if(request_id != '' AND (tenant_id, request_id) IN (
        SELECT tenant_id, request_id
        FROM events_traffic
        WHERE event_type = 'label.applied' AND {{near}} AND {{tenants}} AND request_id != ''
            AND label_kind = 'explicit' AND label_carrier = 'interface_notice' AND {{standing}}
    ), '', 'no_notice_recorded') AS reason,
    reason = '' AS usable
FROM events_traffic
WHERE event_type = 'prompt.received' AND {{window}} AND {{scope}} AND {{in_scope}}

-- One row per label that was checked: whatever was lost, altered, forged or hidden was followed by a response.
SELECT {{row}},
    if(label_state NOT IN ('missing', 'altered', 'forged', 'hidden') OR (tenant_id, content_id) IN (
        SELECT tenant_id, content_id FROM events_records
        WHERE event_type = 'moderation.action' AND action != 'pass' AND {{known}} AND {{tenants}} AND content_id != ''
    ), '', concat(toString(label_state), '_without_response')) AS reason,
    1 AS usable
FROM events_traffic
WHERE event_type = 'label.verified' AND {{window}} AND {{scope}} AND {{in_scope}}

-- One row per prompt and per output: a verdict of a machine or a person stands beside it, "passed" included.
SELECT {{row}},
    if((tenant_id, request_id) IN (
        SELECT tenant_id, request_id FROM events_records
        WHERE event_type = 'moderation.action' AND moderation_stage = 'input' AND {{near}} AND {{tenants}} AND request_id != ''
    ), '', 'input_not_reviewed') AS reason,
    1 AS usable
FROM events_traffic
WHERE event_type = 'prompt.received' AND {{window}} AND {{scope}} AND {{in_scope}}
UNION ALL
SELECT {{row}},
    if((tenant_id, content_id) IN (
        SELECT tenant_id, content_id FROM events_records
        WHERE event_type = 'moderation.action' AND moderation_stage != 'input' AND {{near}} AND {{tenants}} AND content_id != ''
    ), '', 'output_not_reviewed') AS reason,
    1 AS usable
FROM events_traffic
WHERE event_type = 'output.generated' AND {{window}} AND {{scope}} AND {{in_scope}} AND finish NOT IN ('refused', 'error')

-- One row per file that a service in scope produced: does any implicit label stand in its metadata?
-- A watermark alone is encouraged (LM 5), not enough; refused, failed and left generations made no file.
SELECT {{row}},
    if((tenant_id, content_id) IN (
        SELECT tenant_id, content_id
        FROM events_traffic
        WHERE event_type = 'label.applied' AND {{near}} AND {{tenants}} AND content_id != ''
            AND label_kind = 'implicit' AND label_carrier = 'file_metadata' AND {{standing}}
    ), '', 'no_implicit_label') AS reason,
    1 AS usable
FROM events_traffic
WHERE event_type = 'output.generated' AND {{window}} AND {{scope}} AND {{in_scope}} AND {{in_force}}
    AND {{produced}} AND media_type != ''

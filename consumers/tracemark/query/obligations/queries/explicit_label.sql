-- One row per output of a listed kind: an explicit label in the places its modality asks for, or a valid grant instead.
WITH labels AS (
    SELECT tenant_id, content_id, 1 AS labelled,
        max(hasAny(label_positions, ['start', 'end', 'middle', 'interface', 'around_text'])) AS text_ok,
        max(hasAny(label_positions, ['start', 'end', 'middle', 'interface'])) AS audio_ok,
        max(has(label_positions, 'in_image')) AS image_ok,
        max(has(label_positions, 'opening_frame')) AS scene_ok,
        scene_ok AND max(has(label_positions, 'player_surround')) AS video_ok
    FROM events_traffic
    WHERE event_type = 'label.applied' AND {{near}} AND {{tenants}} AND content_id != ''
        AND label_kind = 'explicit' AND {{standing}}
        AND label_carrier NOT IN ('file_metadata', 'digital_watermark', 'c2pa_manifest')
    GROUP BY tenant_id, content_id
),
grants AS ({{valid_grants}})
SELECT {{row}},
    multiIf(
        (NOT has(modality, 'text') OR text_ok) AND (NOT has(modality, 'audio') OR audio_ok)
            AND (NOT has(modality, 'image') OR image_ok) AND (NOT has(modality, 'video') OR video_ok)
            AND (NOT has(modality, 'virtual_scene') OR scene_ok) AND labelled = 1, '',
        (tenant_id, content_id) IN (SELECT tenant_id, content_id FROM grants), '',
        labelled = 1, 'wrong_position',
        'no_explicit_label'
    ) AS reason,
    1 AS usable
FROM events_traffic AS outputs
LEFT ANY JOIN labels USING (tenant_id, content_id)
WHERE event_type = 'output.generated' AND {{window}} AND {{scope}} AND {{in_scope}} AND {{in_force}}
    AND {{produced}} AND startsWith(duty_basis, 'ds17_1_')

-- One row per output of a listed kind: an explicit label on each of its modalities, in the places that modality asks for, or a
-- grant instead that held when it was first handed over. A label that names no modality is one on the whole of the content.
-- What was left half-way is judged once something of it was handed over and found to lack its label.
WITH labels AS (
    SELECT tenant_id, content_id, groupUniqArrayArray(about) AS labelled,
        max(has(about, 'text') AND hasAny(label_positions, ['start', 'end', 'middle', 'interface', 'around_text'])) AS text_ok,
        max(has(about, 'audio') AND hasAny(label_positions, ['start', 'end', 'middle', 'interface'])) AS audio_ok,
        max(has(about, 'image') AND has(label_positions, 'in_image')) AS image_ok,
        max(has(about, 'virtual_scene') AND has(label_positions, 'opening_frame')) AS scene_ok,
        max(has(about, 'video') AND has(label_positions, 'opening_frame'))
            AND max(has(about, 'video') AND has(label_positions, 'player_surround')) AS video_ok
    FROM (
        SELECT tenant_id, content_id, label_positions,
            if(empty(modality), ['text', 'audio', 'image', 'virtual_scene', 'video', 'other'], modality) AS about
        FROM events_traffic
        WHERE event_type = 'label.applied' AND {{near}} AND {{tenants}} AND content_id != ''
            AND label_kind = 'explicit' AND {{standing}}
            AND label_carrier NOT IN ('file_metadata', 'digital_watermark', 'c2pa_manifest')
    )
    GROUP BY tenant_id, content_id
),
grants AS (
    SELECT tenant_id, content_id, groupArray((granted_at, ends_at, suspect)) AS given
    FROM ({{valid_grants}})
    GROUP BY tenant_id, content_id
),
handed AS (
    SELECT tenant_id, content_id, min({{moment}}) AS first_at, argMin(clock_suspect, {{moment}}) AS first_suspect,
        max(explicit_verdict = 'missing') AS bare, 1 AS was_handed
    FROM events_traffic
    WHERE event_type = 'content.delivered' AND {{near}} AND {{tenants}} AND content_id != '' AND {{in_scope}}
        AND (explicit_verdict = 'missing' OR (tenant_id, content_id) IN (SELECT tenant_id, content_id FROM grants))
    GROUP BY tenant_id, content_id
)
SELECT {{row}},
    if(was_handed, first_at, at) AS shown_at, if(was_handed, first_suspect, clock_suspect) AS shown_suspect,
    multiIf(
        notEmpty(labelled) AND (NOT has(modality, 'text') OR text_ok) AND (NOT has(modality, 'audio') OR audio_ok)
            AND (NOT has(modality, 'image') OR image_ok) AND (NOT has(modality, 'video') OR video_ok)
            AND (NOT has(modality, 'virtual_scene') OR scene_ok), '',
        arrayExists(g -> g.1 <= shown_at AND g.2 >= shown_at AND NOT g.3, given) AND NOT shown_suspect, '',
        notEmpty(given) AND (shown_suspect OR arrayExists(g -> g.3, given)), 'clock_suspect',
        notEmpty(given) AND arrayAll(g -> g.2 < shown_at, given), 'grant_expired',
        notEmpty(given) AND NOT was_handed, 'hand_over_not_recorded',
        notEmpty(given), 'granted_later',
        empty(labelled), 'no_explicit_label',
        hasAll(labelled, arrayFilter(m -> m != 'other', modality)), 'wrong_position',
        'modality_not_labelled'
    ) AS reason,
    reason NOT IN ('clock_suspect', 'hand_over_not_recorded') AS usable
FROM events_traffic AS outputs
LEFT ANY JOIN labels USING (tenant_id, content_id)
LEFT ANY JOIN grants USING (tenant_id, content_id)
LEFT ANY JOIN handed USING (tenant_id, content_id)
WHERE event_type = 'output.generated' AND {{window}} AND {{scope}} AND {{in_scope}} AND {{in_force}}
    AND ({{produced}} OR finish = 'partial' AND bare) AND startsWith(duty_basis, 'ds17_1_')

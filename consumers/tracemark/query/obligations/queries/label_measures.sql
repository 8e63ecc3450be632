-- One row per explicit label on a video: shown for two seconds, and its text at least a twentieth of the shorter side high.
-- A notice around the player lasts as long as the player, and a spoken label has no height: neither stands in the picture.
SELECT {{row}},
    multiIf(
        label_duration_ms < 2000, 'too_short',
        height_ratio < 0.05, 'too_small',
        label_duration_ms IS NULL OR height_ratio IS NULL, 'not_measured', ''
    ) AS reason,
    reason != 'not_measured' AS usable
FROM events_traffic
WHERE event_type = 'label.applied' AND label_kind = 'explicit' AND has(modality, 'video') AND {{standing}}
    AND (label_carrier NOT IN ('interface_notice', 'voice_prompt', 'audio_rhythm') OR hasAny(label_positions, ['opening_frame', 'in_image']))
    AND {{window}} AND {{scope}} AND {{in_scope}} AND {{in_force}}

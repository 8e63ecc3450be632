-- One row per explicit label on a video: shown for two seconds, and its text at least a twentieth of the shorter side high.
SELECT {{row}},
    multiIf(
        label_duration_ms < 2000, 'too_short',
        height_ratio < 0.05, 'too_small',
        label_duration_ms IS NULL OR height_ratio IS NULL, 'not_measured', ''
    ) AS reason,
    reason != 'not_measured' AS usable
FROM events_traffic
WHERE event_type = 'label.applied' AND label_kind = 'explicit' AND has(modality, 'video') AND {{standing}}
    AND {{window}} AND {{scope}} AND {{in_scope}} AND {{in_force}}

-- One row per output declared to change a face, pose or voice: an explicit label stands on it.
-- Whether it resembles somebody and would pass for real is not recorded, so a missing label is no breach that this could show.
SELECT {{row}},
    if((tenant_id, content_id) IN (
        SELECT tenant_id, content_id
        FROM events_traffic
        WHERE event_type = 'label.applied' AND {{near}} AND {{tenants}} AND content_id != ''
            AND label_kind = 'explicit' AND {{standing}}
    ), '', 'no_disclosure_recorded') AS reason,
    reason = '' AS usable
FROM events_traffic
WHERE event_type = 'output.generated' AND {{window}} AND {{scope}} AND {{in_scope}}
    AND {{produced}} AND duty_basis IN ('ds17_1_2_voice', 'ds17_1_3_face_pose_person')

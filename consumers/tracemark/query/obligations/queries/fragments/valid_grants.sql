SELECT tenant_id, content_id, grant_id, recipient_ref, occurred_at AS granted_at,
        ifNull(expires_at, toDateTime64('2299-01-01 00:00:00', 6, 'UTC')) AS ends_at,
        erased_by != '' AS erased, clock_suspect AS suspect
    FROM events_records
    WHERE event_type = 'unlabelled.granted' AND {{known}} AND {{tenants}}
        AND requested_at IS NOT NULL AND (requested_at <= occurred_at OR clock_suspect)
        AND agreement_version != '' AND duty_clause_digest != toFixedString('', 32)
        AND (recipient_ref != '' OR erased_by != '')

SELECT tenant_id, content_id, 1 AS marked,
        max(label_carrier = 'c2pa_manifest') AS signed, max(label_carrier = 'digital_watermark') AS watermarked
    FROM events_traffic
    WHERE event_type = 'label.applied' AND {{near}} AND {{tenants}} AND content_id != ''
        AND label_kind = 'implicit' AND {{standing}}
    GROUP BY tenant_id, content_id

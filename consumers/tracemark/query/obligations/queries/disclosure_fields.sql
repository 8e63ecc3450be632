-- One row per output with a latent disclosure: what its metadata was written, or found, to hold names the provider and an id
-- that no other output has; the system and its version are those of the output. Of manifests and watermarks no contents are recorded.
WITH conveyed AS (
    SELECT tenant_id, content_id, 1 AS disclosed,
        countIf(aigc_content_producer != '' OR aigc_produce_id != '' OR aigc_label != '') AS described,
        countIf((aigc_produce_id != '' OR aigc_label != '') AND aigc_content_producer = '') AS nameless,
        countIf((aigc_content_producer != '' OR aigc_label != '') AND aigc_produce_id = '') AS unnumbered
    FROM events_traffic
    WHERE event_type IN ('label.applied', 'label.verified') AND {{near}} AND {{tenants}} AND content_id != ''
        AND label_kind = 'implicit' AND {{standing}}
    GROUP BY tenant_id, content_id
)
SELECT {{row}},
    multiIf(
        described = 0, 'contents_not_recorded',
        nameless > 0, 'no_provider',
        unnumbered > 0, 'no_unique_id',
        (tenant_id, content_id) IN (
            SELECT tenant_id, arrayJoin(groupUniqArray(content_id)) AS twice
            FROM events_traffic
            WHERE event_type = 'label.applied' AND {{near}} AND {{tenants}} AND content_id != '' AND aigc_produce_id != ''
            GROUP BY tenant_id, aigc_content_producer, aigc_produce_id
            HAVING uniqExact(content_id) > 1
        ), 'id_not_unique',
        model_id = '' OR model_version = '', 'system_not_recorded',
        ''
    ) AS reason,
    reason NOT IN ('contents_not_recorded', 'system_not_recorded') AS usable
FROM events_traffic AS outputs
LEFT ANY JOIN conveyed USING (tenant_id, content_id)
WHERE event_type = 'output.generated' AND {{window}} AND {{scope}} AND {{in_scope}} AND {{produced}} AND {{covered}}
    AND at >= {{date:marking}} AND disclosed = 1

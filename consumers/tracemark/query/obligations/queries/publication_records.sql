-- One row per publication: what was published is on record, so that it can be handed over for sixty days.
SELECT {{row}}, if(content_id = '' OR content_commitment = toFixedString('', 32), 'content_not_identified', '') AS reason, 1 AS usable
FROM events_traffic
WHERE event_type = 'content.delivered' AND delivery_channel = 'publish' AND {{window}} AND {{scope}} AND {{in_scope}}

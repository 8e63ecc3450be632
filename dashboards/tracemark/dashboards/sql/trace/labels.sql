WITH
{{chain}}
SELECT
    occurred_at,
    content_id,
    label_kind,
    label_carrier,
    label_positions,
    label_state,
    duty_basis,
    modality
FROM events
WHERE {{in_chain}} AND event_type = 'label.applied'
ORDER BY occurred_at, producer_id, producer_seq
LIMIT 500

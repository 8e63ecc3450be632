WITH
{{chain}}
SELECT
    occurred_at,
    _broker_ts,
    event_type,
    service_id,
    producer_seq,
    request_id,
    content_id,
    case_id,
    model_id,
    model_version,
    multiIf(event_type = 'moderation.action', toString(action), event_type = 'label.applied', toString(label_state), toString(finish))
        AS outcome,
    producer_id,
    event_id
FROM events
WHERE {{in_chain}}
ORDER BY occurred_at, producer_id, producer_seq
LIMIT 1000

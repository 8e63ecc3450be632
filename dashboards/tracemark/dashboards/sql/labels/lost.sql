SELECT
    _broker_ts,
    occurred_at,
    service_id,
    tenant_id,
    request_id,
    content_id,
    event_type,
    if(event_type = 'label.verified', toString(label_kind), 'explicit') AS kind,
    if(event_type = 'label.verified', toString(label_state), 'missing') AS found,
    delivery_channel,
    label_errors
FROM events_traffic
WHERE {{scope}}
    AND {{models}}
    AND {{lost_labels}}
ORDER BY _broker_ts DESC, event_id
LIMIT 200

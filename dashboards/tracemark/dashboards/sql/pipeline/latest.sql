SELECT
    _broker_ts,
    occurred_at,
    event_type,
    service_id,
    tenant_id,
    request_id,
    content_id,
    case_id
FROM events
WHERE {{scope}} AND event_type != 'producer.session'
ORDER BY _broker_ts DESC, event_id
LIMIT 100

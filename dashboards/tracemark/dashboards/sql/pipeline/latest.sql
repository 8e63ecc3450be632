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
WHERE {{scope}}
    AND event_type != 'producer.session'
    -- The newest are found by a narrow look first, so that wide rows are read from a few places only.
    AND _broker_ts >= (
        SELECT min(received_at)
        FROM (
            SELECT _broker_ts AS received_at
            FROM events
            WHERE {{scope}} AND event_type != 'producer.session'
            ORDER BY received_at DESC
            LIMIT 100
        )
    )
ORDER BY _broker_ts DESC, event_id
LIMIT 100

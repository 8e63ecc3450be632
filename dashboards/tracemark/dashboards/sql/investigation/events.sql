SELECT
    occurred_at,
    event_type,
    service_id,
    tenant_id,
    request_id,
    content_id,
    case_id,
    model_id,
    model_version,
    multiIf(event_type = 'moderation.action', toString(action), event_type IN ('label.applied', 'label.verified'), toString(label_state),
        event_type = 'complaint.transition', toString(complaint_state), event_type = 'rights_request.transition', toString(rights_state),
        event_type = 'content.delivered', toString(delivery_channel), toString(finish)) AS outcome,
    reason_codes
FROM events
WHERE {{matter}}
    -- The newest are found by a narrow look first, so that wide rows are read from a few places only.
    AND _broker_ts >= (
        SELECT min(received_at)
        FROM (SELECT _broker_ts AS received_at FROM events WHERE {{matter}} ORDER BY received_at DESC LIMIT 500)
    )
ORDER BY _broker_ts DESC, event_id
LIMIT 500

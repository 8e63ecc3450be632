SELECT
    occurred_at,
    accessor_ref,
    access_kind,
    access_interface,
    access_purpose,
    approval_ref,
    rows_read,
    access_ok,
    service_id,
    tenant_id,
    request_id,
    content_id,
    case_id
FROM events_records
WHERE {{reads}}
ORDER BY _broker_ts DESC, event_id
LIMIT 200

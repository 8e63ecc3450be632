tenant_id, service_id, toString(event_id) AS event_id, request_id, content_id, case_id,
    if(clock_suspect, toDateTime64(_broker_ts, 6, 'UTC'), occurred_at) AS at

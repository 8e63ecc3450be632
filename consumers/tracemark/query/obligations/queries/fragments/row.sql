tenant_id, service_id, toString(event_id) AS event_id, request_id, content_id, case_id,
    {{moment}} AS at

SELECT tenant_id, service_id, min(valid_from) AS since, 1 AS found
    FROM events_records WHERE event_type = 'service.declared' AND {{known}} AND {{tenants}} GROUP BY tenant_id, service_id

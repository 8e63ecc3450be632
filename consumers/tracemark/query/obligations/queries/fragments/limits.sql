SELECT tenant_id, service_id, applies_to, limit_value, toString(limit_unit) AS limit_unit,
        greatest(effective_from, {{moment}}) AS in_force, {{window}} AS news
    FROM events_records
    WHERE event_type = 'policy.published' AND {{known}} AND {{tenants}}
        AND limit_value IS NOT NULL AND limit_unit != ''

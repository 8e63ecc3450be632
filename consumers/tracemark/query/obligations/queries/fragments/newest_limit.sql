ORDER BY {{moment}} DESC, producer_seq DESC LIMIT 1 BY tenant_id, service_id, applies_to, in_force

FROM events_traffic AS outputs
LEFT ANY JOIN marks USING (tenant_id, content_id)
LEFT ANY JOIN began USING (tenant_id, service_id)
WHERE event_type = 'output.generated' AND {{window}} AND {{scope}} AND {{in_scope}}
    AND {{produced}} AND {{covered}} AND {{due_for_marking}}

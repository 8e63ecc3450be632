-- One row per output of a reseller: it names the service that produced it.
SELECT {{row}}, if(upstream_service_id = '', 'no_upstream_service', '') AS reason, 1 AS usable
FROM events_traffic
WHERE event_type = 'output.generated' AND provider_role = 'provider_via_api' AND finish NOT IN ('refused', 'error')
    AND {{window}} AND {{scope}} AND {{in_scope}}

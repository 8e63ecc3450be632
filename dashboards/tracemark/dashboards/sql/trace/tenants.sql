WITH
{{chain}}
SELECT if(count() = 0, NULL, uniqExact(tenant_id)) AS tenants
FROM events
WHERE {{in_chain}}

WITH
{{chain}}
SELECT if(count() = 0, NULL, uniqExact(tenant_id)) AS tenants
FROM events
WHERE event_id IN (SELECT arrayJoin(chain))

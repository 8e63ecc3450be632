-- One row per service: its earliest session record still held is six months old, or as old as the service. Shorter is no evidence, not a breach.
-- The audit log's own sessions are left out: nobody declares it as a service.
WITH declared AS ({{began}})
SELECT h.tenant_id AS tenant_id, h.service_id AS service_id, h.first_event AS event_id, '' AS request_id, '' AS content_id, '' AS case_id,
    toDateTime64(oldest, 6, 'UTC') AS at,
    multiIf(
        oldest <= addMonths(toTimeZone({as_of:DateTime64(6, 'UTC')}, '{{zone}}'), -6), '',
        found = 1 AND since >= oldest - INTERVAL 1 DAY, '',
        'held_for_less_than_six_months'
    ) AS reason,
    reason = '' AS usable
FROM (
    SELECT tenant_id, service_id, argMin(toString(event_id), _broker_ts) AS first_event, min(_broker_ts) AS oldest
    FROM events_traffic WHERE event_type = 'producer.session' AND service_id != 'tracemark' AND {{known}} AND {{scope}} GROUP BY tenant_id, service_id
) AS h
LEFT ANY JOIN declared USING (tenant_id, service_id)

-- One row per deletion and one per month of rows still held, by class: nothing gone before its floor, nothing alive past its ceiling.
-- Calendar months in the zone of the law. Rows under a hold, or restricted, may stay.
WITH kept AS (
    SELECT tenant_id, applied_class,
        argMaxIf(applied_action, occurred_at, applied_action != 'restricted') AS hold, max(if(applied_action = 'restricted', cutoff, NULL)) AS restricted_before
    FROM events_records
    WHERE event_type = 'retention.applied' AND applied_action IN ('held', 'released', 'restricted') AND {{known}}
    GROUP BY tenant_id, applied_class
),
held AS (
    SELECT tenant_id, service_id, toString(retention_class) AS class, toStartOfMonth(_broker_ts, '{{zone}}') AS month,
        argMin(toString(event_id), _broker_ts) AS event_id, min(_broker_ts) AS oldest
    FROM (
        SELECT tenant_id, service_id, retention_class, _broker_ts, event_id FROM events_traffic WHERE {{known}} AND {{scope}}
        UNION ALL
        SELECT tenant_id, service_id, retention_class, _broker_ts, event_id FROM events_records WHERE {{known}} AND {{scope}}
    )
    GROUP BY tenant_id, service_id, class, month
)
{{deletions}}
UNION ALL
SELECT h.tenant_id, h.service_id, h.event_id, '' AS request_id, '' AS content_id, '' AS case_id, toDateTime64(oldest, 6, 'UTC') AS at,
    if({{ceiling:h.class}} > 0 AND addMonths(toTimeZone(oldest, '{{zone}}'), {{ceiling:h.class}}) < {as_of:DateTime64(6, 'UTC')}
        AND k.hold != 'held' AND NOT ifNull(oldest < restricted_before, false), 'kept_past_ceiling', '') AS reason,
    1 AS usable
FROM held AS h
LEFT ANY JOIN kept AS k ON h.tenant_id = k.tenant_id AND h.class = toString(k.applied_class)

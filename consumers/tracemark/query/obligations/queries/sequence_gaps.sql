-- One row per producer, tenant and service heard in the window: every number that the producer drew until the window's end is stored,
-- or declared as dropped. The last number comes from its sessions, so a lost tail shows. Who never closed and fell silent, however
-- late that is known, leaves no evidence about its tail.
-- What a tenant's retention dropped in due time is no loss: numbers count from an hour after the newest row dropped (partitions of the broker
-- are not received in step), or from the first of a producer that began well after it: an event may be a month late. A window that
-- reaches back to what expired finds no evidence about it.
WITH every AS (
    SELECT producer_id, tenant_id, service_id, event_id, producer_seq, last_seq, session_state, arraySum(mapValues(dropped)) AS drops, _broker_ts
    FROM events_traffic WHERE {{known}}
    UNION ALL
    SELECT producer_id, tenant_id, service_id, event_id, producer_seq, 0, '', 0, _broker_ts
    FROM events_records WHERE {{known}}
),
active AS (
    SELECT producer_id, tenant_id, service_id, argMax(event_id, producer_seq) AS last_event, max(_broker_ts) AS last_at
    FROM every WHERE {{window}} AND {{scope}}
    GROUP BY producer_id, tenant_id, service_id
),
expired AS (
    SELECT producer_id, max(gone_until) + INTERVAL 1 HOUR AS kept_from
    FROM every
    INNER JOIN (
        SELECT tenant_id, max(ifNull(newest_at, cutoff)) AS gone_until
        FROM events_records
        WHERE event_type = 'retention.applied' AND applied_action = 'dropped' AND {{known}}
            AND addMonths(toTimeZone(ifNull(newest_at, cutoff), '{{zone}}'), {{floor:applied_class}}) <= {{moment}}
        GROUP BY tenant_id
    ) AS gone USING (tenant_id)
    WHERE producer_id IN (SELECT producer_id FROM active)
    GROUP BY producer_id
),
settled AS (
    SELECT producer_id, max(greatest(producer_seq, last_seq)) AS drawn, any(kept_from) AS kept_since,
        minIf(producer_seq, _broker_ts > kept_from) AS oldest_kept,
        multiIf(min(_broker_ts) > kept_since + INTERVAL 32 DAY, 1, oldest_kept = 0, drawn + 1, oldest_kept) AS first_kept
    FROM every
    LEFT ANY JOIN expired USING (producer_id)
    WHERE producer_id IN (SELECT producer_id FROM active) AND _broker_ts < {to:DateTime64(6, 'UTC')}
    GROUP BY producer_id
),
producers AS (
    SELECT producer_id, any(drawn) AS last, any(first_kept) AS first, any(kept_since) AS kept_from,
        maxIf(drops, producer_seq <= drawn) AS declared, maxIf(drops, producer_seq < first_kept) AS declared_before,
        uniqExactIf(producer_seq, producer_seq <= drawn) AS stored, uniqExactIf(producer_seq, producer_seq < first_kept) AS stored_before,
        countIf(session_state = 'close') AS closes, max(_broker_ts) AS heard,
        toInt64(last) - toInt64(stored) - toInt64(declared) AS missing,
        missing - (toInt64(first) - 1 - toInt64(stored_before) - toInt64(declared_before)) AS missing_since
    FROM every
    INNER JOIN settled USING (producer_id)
    GROUP BY producer_id
)
SELECT tenant_id, service_id, toString(last_event) AS event_id, '' AS request_id, '' AS content_id, '' AS case_id,
    toDateTime64(last_at, 6, 'UTC') AS at,
    multiIf(
        missing < 0 OR missing_since > 0, 'gap_unexplained',
        missing > 0 AND kept_from > {from:DateTime64(6, 'UTC')}, 'expired_by_class',
        closes = 0 AND heard < {as_of:DateTime64(6, 'UTC')} - INTERVAL 1 HOUR, 'never_closed',
        ''
    ) AS reason,
    reason NOT IN ('expired_by_class', 'never_closed') AS usable
FROM active
INNER JOIN producers USING (producer_id)

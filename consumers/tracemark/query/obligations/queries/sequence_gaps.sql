-- One row per producer heard in the window: every number that it drew is stored, or declared as dropped.
-- The last number comes from its sessions, so a lost tail shows. Who never closed and fell silent leaves no evidence about its tail.
WITH every AS (
    SELECT producer_id, tenant_id, service_id, event_id, producer_seq, last_seq, session_state, arraySum(mapValues(dropped)) AS drops, _broker_ts
    FROM events_traffic WHERE {{known}}
    UNION ALL
    SELECT producer_id, tenant_id, service_id, event_id, producer_seq, 0, '', 0, _broker_ts
    FROM events_records WHERE {{known}}
),
active AS (SELECT DISTINCT producer_id FROM every WHERE {{window}} AND {{scope}}),
settled AS (
    SELECT producer_id, max(greatest(producer_seq, last_seq)) AS drawn
    FROM every WHERE producer_id IN (SELECT producer_id FROM active) AND _broker_ts < {to:DateTime64(6, 'UTC')}
    GROUP BY producer_id
),
producers AS (
    SELECT producer_id, any(e.tenant_id) AS tenant_id, any(e.service_id) AS service_id,
        argMax(toString(e.event_id), producer_seq) AS event_id, any(drawn) AS last, max(drops) AS declared,
        uniqExact(producer_seq) AS stored, countIf(session_state = 'close') AS closes, max(_broker_ts) AS heard
    FROM every AS e
    INNER JOIN settled USING (producer_id)
    WHERE producer_seq <= drawn
    GROUP BY producer_id
)
SELECT tenant_id, service_id, event_id, '' AS request_id, '' AS content_id, '' AS case_id, toDateTime64(heard, 6, 'UTC') AS at,
    multiIf(
        last - stored - declared != 0, 'gap_unexplained',
        closes = 0 AND heard < {as_of:DateTime64(6, 'UTC')} - INTERVAL 1 HOUR, 'never_closed',
        ''
    ) AS reason,
    reason != 'never_closed' AS usable
FROM producers

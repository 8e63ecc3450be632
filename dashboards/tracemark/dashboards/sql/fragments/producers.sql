active AS (
    SELECT DISTINCT producer_id
    FROM events
    WHERE {{scope}}
),
-- Every event of these producers is counted, not only those of the range: so look no further back than their first sign.
(
    SELECT min(_broker_ts) - INTERVAL 1 MINUTE
    FROM events_traffic
    WHERE event_type = 'producer.session' AND producer_id IN (SELECT producer_id FROM active)
) AS since,
producers AS (
    SELECT
        producer_id,
        any(service_id) AS service,
        argMaxIf(session_state, producer_seq, event_type = 'producer.session') AS state,
        argMaxIf(durability, producer_seq, event_type = 'producer.session') AS waits_in,
        max(greatest(producer_seq, last_seq)) AS emitted,
        toInt64(uniqExact(producer_seq)) AS stored,
        max(arraySum(mapValues(dropped))) AS dropped_total,
        emitted - stored - dropped_total AS missing,
        max(_broker_ts) AS last_seen
    FROM events
    WHERE _broker_ts >= since AND producer_id IN (SELECT producer_id FROM active)
    GROUP BY producer_id
)

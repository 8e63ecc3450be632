sessions AS (
    SELECT
        producer_id,
        argMax(session_state, producer_seq) AS state,
        max(arraySum(mapValues(dropped))) AS declared
    FROM events_traffic
    WHERE {{scope}} AND event_type = 'producer.session'
    GROUP BY producer_id
)

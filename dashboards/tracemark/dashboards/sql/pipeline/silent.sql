WITH
{{sessions}},
lately AS (
    SELECT producer_id
    FROM events
    WHERE _broker_ts >= {{range_end}} - INTERVAL 2 MINUTE AND {{scope}}
)
SELECT if(count() = 0, NULL, countIf(state != 'close' AND producer_id NOT IN (SELECT producer_id FROM lately))) AS silent_sessions
FROM sessions

SELECT time, event_type, sum(events) AS stored
FROM
(
    {{tally_over_time(event_type WHERE {{choices}})}}
)
GROUP BY time, event_type
ORDER BY time, event_type
LIMIT -20000

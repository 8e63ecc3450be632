SELECT time, event_type, sum(events) AS found
FROM
(
    {{tally_over_time(event_type WHERE {{about}})}}
)
GROUP BY time, event_type
ORDER BY time, event_type
LIMIT -20000

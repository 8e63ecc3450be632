SELECT time, audience_class, sum(events) AS found
FROM
(
    {{tally_over_time(audience_class WHERE {{about}})}}
)
GROUP BY time, audience_class
ORDER BY time, audience_class
LIMIT -20000

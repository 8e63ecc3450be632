SELECT sum(events) AS found
FROM
(
    {{tally(event_type WHERE {{about}})}}
)

SELECT sum(events) AS stored
FROM
(
    {{tally(event_type WHERE {{choices}})}}
)

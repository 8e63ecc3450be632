SELECT if(sum(events) = 0, NULL, sum(suspects) / sum(events)) AS clock_suspect_share
FROM
(
    {{tally(event_type WHERE {{choices}})}}
)

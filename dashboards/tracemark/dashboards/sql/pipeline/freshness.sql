SELECT dateDiff('millisecond', maxOrNull(newest), {{range_end}}) / 1000 AS newest_event_age
FROM
(
    {{tally(event_type WHERE {{choices}} AND {{served}})}}
)

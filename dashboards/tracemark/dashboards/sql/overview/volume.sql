SELECT time, event_type, sum(events) AS received
FROM
(
    {{tally_over_time(event_type WHERE {{choices}} AND {{models}}
        AND event_type IN ('prompt.received', 'output.generated', 'content.delivered', 'label.applied', 'label.verified'))}}
)
GROUP BY time, event_type
ORDER BY time, event_type
LIMIT -20000

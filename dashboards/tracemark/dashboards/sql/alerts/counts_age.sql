WITH
(SELECT maxOrNull(counted_at) FROM label_coverage) AS labels_counted,
(SELECT maxOrNull(counted_at) FROM producer_accounts) AS accounts_counted,
-- Of what was never counted, the first event that would have been tells for how long.
(
    SELECT minOrNull(_broker_ts)
    FROM events_traffic
    WHERE labels_counted IS NULL AND event_type = 'output.generated' AND content_id != '' AND finish NOT IN ('refused', 'error')
) AS first_output,
(
    SELECT minOrNull(_broker_ts)
    FROM events
    WHERE accounts_counted IS NULL
) AS first_event
SELECT arrayMax(
    last -> ifNull(dateDiff('millisecond', last, now64(3)) / 1000, 0),
    [ifNull(labels_counted, first_output), ifNull(accounts_counted, first_event)]
) AS value

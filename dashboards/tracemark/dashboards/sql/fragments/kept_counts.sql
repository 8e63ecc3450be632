count() AS events, countIf(clock_suspect) AS suspects, min(occurred_at) AS first_occurred,
        max(occurred_at) AS last_occurred, max(_broker_ts) AS newest

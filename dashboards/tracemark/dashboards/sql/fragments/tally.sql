-- Exact, and fast at any size: whole hours come from the counts that the tables keep (projection by_hour), the rest from the events.
    SELECT {{by}}, count() AS events, countIf(clock_suspect) AS suspects, min(occurred_at) AS first_occurred,
        max(occurred_at) AS last_occurred, max(_broker_ts) AS newest
    FROM events_traffic
    WHERE {{whole_hours}} AND {{where}}
    GROUP BY {{by}}
    UNION ALL
    SELECT {{by}}, count() AS events, countIf(clock_suspect) AS suspects, min(occurred_at) AS first_occurred,
        max(occurred_at) AS last_occurred, max(_broker_ts) AS newest
    FROM events_records
    WHERE {{whole_hours}} AND {{where}}
    GROUP BY {{by}}
    UNION ALL
    SELECT {{by}}, count() AS events, countIf(clock_suspect) AS suspects, min(occurred_at) AS first_occurred,
        max(occurred_at) AS last_occurred, max(_broker_ts) AS newest
    FROM events
    WHERE {{at_the_ends}} AND {{where}}
    GROUP BY {{by}}

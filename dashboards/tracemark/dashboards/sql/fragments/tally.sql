-- Exact, and fast at any size: whole hours come from the counts that the tables keep (projection by_hour), the rest from the events.
    SELECT {{by}}, {{kept_counts}}
    FROM events_traffic
    WHERE {{whole_hours}} AND {{where}}
    GROUP BY {{by}}
    UNION ALL
    SELECT {{by}}, {{kept_counts}}
    FROM events_records
    WHERE {{whole_hours}} AND {{where}}
    GROUP BY {{by}}
    UNION ALL
    SELECT {{by}}, {{kept_counts}}
    FROM events
    WHERE {{at_the_ends}} AND {{where}}
    GROUP BY {{by}}

event_id IN chain.2 AND toStartOfHour(occurred_at) IN chain.1

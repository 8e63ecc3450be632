SELECT countIf(event_type = 'prompt.received' AND prompt_index = 0) AS requests
FROM events
WHERE {{matter}}

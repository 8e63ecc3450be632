SELECT count() AS requests
FROM events
WHERE {{matter}}
    AND event_type = 'prompt.received'
    AND prompt_index = 0

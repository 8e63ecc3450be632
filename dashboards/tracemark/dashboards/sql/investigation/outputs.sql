SELECT count() AS outputs
FROM events
WHERE {{matter}}
    AND event_type = 'output.generated'

SELECT count() AS measures
FROM events
WHERE {{matter}}
    AND event_type = 'moderation.action'
    AND action != 'pass'

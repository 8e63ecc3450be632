WITH
{{chain}}
SELECT countIf(event_type = 'moderation.action' AND action != 'pass') AS measures
FROM events
WHERE {{in_chain}}

WITH
{{chain}}
SELECT countIf(event_type = 'output.generated') AS outputs
FROM events
WHERE {{in_chain}}

WITH
{{chain}}
SELECT countIf(event_type = 'output.generated') AS outputs
FROM events
WHERE event_id IN (SELECT arrayJoin(chain))

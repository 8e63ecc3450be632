WITH
{{chain}}
SELECT count() AS chain_events
FROM events
WHERE event_id IN (SELECT arrayJoin(chain))

WITH
{{chain}}
SELECT count() AS chain_events
FROM events
WHERE {{in_chain}}

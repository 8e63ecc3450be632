SELECT count() AS found
FROM events
WHERE {{matter}}

SELECT count() AS stored
FROM events
WHERE {{scope}}

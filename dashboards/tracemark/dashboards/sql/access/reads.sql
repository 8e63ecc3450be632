SELECT count() AS reads
FROM events_records
WHERE {{reads}}

SELECT uniqExactIf(accessor_ref, accessor_ref != '') AS readers
FROM events_records
WHERE {{reads}}

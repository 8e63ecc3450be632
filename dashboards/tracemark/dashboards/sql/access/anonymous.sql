SELECT if(count() = 0, NULL, toInt64(countIf(accessor_ref = '' AND erased_by = ''))) AS reads_by_nobody
FROM events_records
WHERE {{reads}}

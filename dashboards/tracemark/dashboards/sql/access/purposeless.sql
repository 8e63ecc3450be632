SELECT if(count() = 0, NULL, toInt64(countIf(access_purpose = ''))) AS reads_without_purpose
FROM events_records
WHERE {{reads}}

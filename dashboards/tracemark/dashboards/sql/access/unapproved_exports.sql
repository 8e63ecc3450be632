SELECT if(countIf(access_kind = 'export') = 0, NULL, toInt64(countIf(access_kind = 'export' AND approval_ref = ''))) AS exports_without_approval
FROM events_records
WHERE {{reads}}

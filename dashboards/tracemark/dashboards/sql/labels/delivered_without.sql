SELECT if(countIf(explicit_verdict != 'not_checked') = 0, NULL, toInt64(countIf(explicit_verdict = 'missing' AND grant_id = ''))) AS delivered_without_label
FROM events_traffic
WHERE {{scope}}
    AND {{models}}
    AND event_type = 'content.delivered'
    AND delivery_channel IN ('download', 'copy', 'export')
    AND startsWith(duty_basis, 'ds17_1_')
    AND {{reached_by_cn}}

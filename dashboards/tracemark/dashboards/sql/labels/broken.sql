SELECT if(count() = 0, NULL, toInt64(countIf(label_state IN ('missing', 'altered', 'forged', 'hidden')))) AS broken_labels
FROM events_traffic
WHERE {{scope}}
    AND {{models}}
    AND event_type = 'label.verified'
    AND {{reached_by_cn}}

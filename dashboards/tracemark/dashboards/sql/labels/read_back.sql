SELECT
    label_kind,
    label_carrier,
    media_type,
    count() AS read_back,
    countIf(label_state IN ('verified', 'preserved', 'applied', 'rewritten_by_platform')) AS intact,
    countIf(label_state = 'missing') AS missing,
    countIf(label_state = 'altered') AS altered,
    countIf(label_state = 'forged') AS forged,
    countIf(label_state = 'hidden') AS hidden,
    countIf(label_kind = 'implicit' AND records_found > 1) AS more_than_one_record
FROM events_traffic
WHERE {{scope}}
    AND {{models}}
    AND event_type = 'label.verified'
    AND {{reached_by_cn}}
GROUP BY label_kind, label_carrier, media_type
ORDER BY read_back DESC, label_kind, label_carrier, media_type
LIMIT 200

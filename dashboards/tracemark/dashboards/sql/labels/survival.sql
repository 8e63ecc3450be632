WITH
{{reached_by_cn}} AS is_reached,
is_reached AND startsWith(duty_basis, 'ds17_1_') AS is_due
SELECT
    delivery_channel,
    count() AS handed_over,
    countIf(NOT is_due) AS explicit_not_due,
    countIf(is_due AND explicit_verdict = 'verified') AS explicit_found,
    countIf(is_due AND explicit_verdict = 'missing' AND grant_id != '') AS explicit_waived,
    countIf(is_due AND explicit_verdict = 'missing' AND grant_id = '') AS explicit_missing,
    countIf(is_due AND explicit_verdict = 'not_checked') AS explicit_not_checked,
    if(explicit_found + explicit_missing = 0, NULL, explicit_found / (explicit_found + explicit_missing)) AS explicit_survival,
    countIf(is_reached AND implicit_verdict = 'verified') AS implicit_found,
    countIf(is_reached AND implicit_verdict = 'missing') AS implicit_missing
FROM events_traffic
WHERE {{scope}}
    AND {{models}}
    AND event_type = 'content.delivered'
GROUP BY delivery_channel
ORDER BY handed_over DESC, delivery_channel
LIMIT 50

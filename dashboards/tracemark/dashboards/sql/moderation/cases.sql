WITH
{{moderation_cases}}
SELECT
    found_at,
    case_id,
    {{breach}} AS reason,
    content AS content_id,
    service_id,
    reasons AS reason_codes,
    confirmed > 0 AS confirmed_by_people,
    dateDiff('millisecond', found_at, stopped_at) / 1000 AS found_to_stop,
    dateDiff('millisecond', found_at, removed_at) / 1000 AS found_to_remove,
    dateDiff('millisecond', found_at, reported_at) / 1000 AS found_to_report,
    dateDiff('millisecond', found_at, remediated_at) / 1000 AS found_to_remedy
FROM found
ORDER BY breach != '' DESC, found_at DESC, case_id
LIMIT 500

SELECT
    accessor_ref,
    groupUniqArray(access_interface) AS interfaces,
    groupUniqArrayIf(access_purpose, access_purpose != '') AS purposes,
    count() AS reads,
    countIf(access_purpose = '') AS without_purpose,
    countIf(NOT access_ok) AS not_answered,
    sum(ifNull(rows_read, 0)) AS rows_given,
    min(occurred_at) AS first_read,
    max(occurred_at) AS last_read
FROM events_records
WHERE {{reads}}
GROUP BY accessor_ref
ORDER BY reads DESC, accessor_ref
LIMIT 200

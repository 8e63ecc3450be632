SELECT
    $__timeInterval(_broker_ts) AS time,
    access_kind,
    sum(ifNull(rows_read, 0)) AS rows_given
FROM events_records
WHERE {{reads}}
GROUP BY time, access_kind
ORDER BY time, access_kind
LIMIT -20000

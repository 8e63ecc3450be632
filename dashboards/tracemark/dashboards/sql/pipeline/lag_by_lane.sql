SELECT
    $__timeInterval(reported_at) AS time,
    concat(topic, ' / ', toString(partition)) AS lane,
    max(lag) AS behind
FROM sink_status
WHERE $__timeFilter_ms(reported_at)
GROUP BY time, lane
ORDER BY time, lane
LIMIT -20000

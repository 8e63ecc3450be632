SELECT
    $__timeInterval(noted_at) AS time,
    concat(door, if(board = '', '', concat(' / ', board))) AS way,
    sum(statements) AS asked
FROM reads_seen
WHERE $__timeFilter_ms(noted_at)
GROUP BY time, way
ORDER BY time, way
LIMIT -20000

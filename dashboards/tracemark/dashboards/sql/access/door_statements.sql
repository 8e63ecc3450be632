SELECT sum(statements) AS statements_at_the_door
FROM reads_seen
WHERE $__timeFilter_ms(noted_at)

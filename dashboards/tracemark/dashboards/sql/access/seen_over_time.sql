WITH
{{seen_reads}}
SELECT
    $__timeInterval(first_note) AS time,
    state,
    count() AS reads
FROM seen_reads
GROUP BY time, state
ORDER BY time, state
LIMIT -20000

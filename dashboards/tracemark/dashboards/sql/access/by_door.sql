WITH
{{seen_reads}}
SELECT
    login AS reader,
    way AS door,
    page AS board,
    count() AS seen,
    countIf(state = 'recorded') AS recorded,
    countIf(state = 'on its way') AS on_its_way,
    countIf(state IN ('not recorded', 'used after its record')) AS without_record,
    countIf(NOT answered) AS not_answered,
    sum(asked) AS statements,
    sum(given) AS rows_given,
    max(last_at) AS last_seen
FROM seen_reads
GROUP BY reader, door, board
ORDER BY without_record DESC, seen DESC, reader, door, board
LIMIT 200

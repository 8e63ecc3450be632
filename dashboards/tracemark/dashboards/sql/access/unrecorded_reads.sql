WITH
{{seen_reads}}
SELECT
    first_at AS seen_at,
    id AS read_id,
    state,
    login AS reader,
    way AS door,
    page AS board,
    asked AS statements,
    given AS rows_given,
    answered AS ok
FROM seen_reads
WHERE state IN ('not recorded', 'used after its record')
ORDER BY seen_at DESC, read_id
LIMIT 200

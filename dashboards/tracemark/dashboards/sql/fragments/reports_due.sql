{{verdicts}},
reports AS (
    SELECT
        arraySum(mapValues(mapFilter((reason, found) -> has(splitByChar(',', reason), 'no_report'), by_reason))) AS overdue,
        by_reason['unknown'] AS unexplained,
        verdict = 'pass' OR (verdict = 'fail' AND unexplained = 0 AND NOT is_stale) AS is_certain
    FROM verdicts
    WHERE obligation = 'INV-6'
)

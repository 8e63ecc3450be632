WITH
{{duties}},
judged AS (
    SELECT toString(regime) AS regime, toString(obligation) AS obligation, toString(article) AS law,
        toFloat64(if(verdict = 'fail', breaches, 0)) AS value
    FROM duties
    WHERE gravity = 'critical'
)
SELECT regime, obligation, law, value
FROM judged
UNION ALL
SELECT 'none' AS regime, 'none' AS obligation, 'none' AS law, toFloat64(0) AS value
FROM (SELECT count() AS found FROM judged)
WHERE found = 0

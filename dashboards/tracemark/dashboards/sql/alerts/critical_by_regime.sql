WITH
{{duties}}
SELECT toString(regime) AS regime, toFloat64(countIf(verdict = 'fail' AND gravity = 'critical')) AS value
FROM duties
GROUP BY regime
UNION ALL
SELECT 'none' AS regime, toFloat64(0) AS value
FROM (SELECT count() AS found FROM duties)
WHERE found = 0

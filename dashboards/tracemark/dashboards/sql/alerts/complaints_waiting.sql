WITH
{{verdicts}}
SELECT toFloat64(sum(by_reason['overdue'] + by_reason['unknown'])) AS value
FROM verdicts
WHERE obligation = 'INV-8'

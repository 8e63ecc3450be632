WITH
{{reports_due}}
SELECT toFloat64(sum(overdue + unexplained)) AS value
FROM reports

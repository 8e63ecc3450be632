WITH
{{rights_cases}}
SELECT toFloat64(countIf(overdue AND answered_at IS NULL)) AS value
FROM requests

WITH
{{complaint_cases}}
SELECT toFloat64(countIf(overdue AND fed_back_at IS NULL)) AS value
FROM complaints

WITH
{{complaint_cases}}
SELECT if(count() = 0, NULL, toInt64(countIf(overdue))) AS complaints_overdue
FROM complaints

WITH
{{rights_cases}}
SELECT if(count() = 0, NULL, toInt64(countIf(overdue))) AS requests_overdue
FROM requests

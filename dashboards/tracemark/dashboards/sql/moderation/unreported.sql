WITH
{{reports_due}}
SELECT if(countIf(overdue > 0 OR is_certain) = 0, NULL, toInt64(sum(overdue))) AS confirmed_without_report
FROM reports

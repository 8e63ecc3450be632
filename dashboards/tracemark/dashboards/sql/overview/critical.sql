WITH
{{duties}}
SELECT if(countIf(verdict != 'no evidence' AND gravity = 'critical') = 0, NULL, toInt64(countIf(verdict = 'fail' AND gravity = 'critical'))) AS critical_duties_failing
FROM duties

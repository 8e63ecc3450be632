WITH
{{duties}}
SELECT if(countIf(verdict != 'no evidence') = 0, NULL, toInt64(countIf(verdict = 'fail'))) AS duties_failing
FROM duties

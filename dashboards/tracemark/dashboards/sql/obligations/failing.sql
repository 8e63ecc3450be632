WITH
{{duties}}
SELECT if(count() = 0, NULL, toInt64(countIf(verdict = 'fail'))) AS duties_failing
FROM duties

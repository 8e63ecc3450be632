WITH
{{duties}}
SELECT if(count() = 0, NULL, toInt64(countIf(verdict = 'pass'))) AS duties_passing
FROM duties

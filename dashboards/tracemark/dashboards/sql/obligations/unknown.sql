WITH
{{duties}}
SELECT if(count() = 0, NULL, toInt64(countIf(verdict = 'no evidence'))) AS duties_unknown
FROM duties

WITH
{{duties}}
SELECT if(sum(judged_things) = 0, NULL, toInt64(sum(breaches))) AS offending
FROM duties

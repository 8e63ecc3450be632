WITH
{{duties}}
SELECT toInt64(sum(judged_things)) AS judged
FROM duties

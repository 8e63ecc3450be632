WITH
{{sessions}}
SELECT if(count() = 0, NULL, sum(declared)) AS dropped
FROM sessions

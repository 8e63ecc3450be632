WITH
{{producers}}
SELECT if(count() = 0, NULL, sum(dropped_total)) AS dropped
FROM producers

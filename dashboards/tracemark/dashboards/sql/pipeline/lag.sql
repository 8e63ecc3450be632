WITH
{{lanes}}
SELECT if(count() = 0, NULL, sum(lag)) AS total_lag
FROM lanes

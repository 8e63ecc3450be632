WITH
{{lanes}}
SELECT if(count() = 0, NULL, countIf(state IN ('waiting', 'blocked'))) AS halted_lanes
FROM lanes

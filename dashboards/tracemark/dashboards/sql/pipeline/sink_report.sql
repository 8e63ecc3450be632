WITH
{{lanes}}
SELECT if(count() = 0, NULL, max(dateDiff('millisecond', reported_at, {{range_end}})) / 1000) AS oldest_report_age
FROM lanes

WITH
{{ranges}}
SELECT if(count() = 0, NULL, countIf(is_unsealed)) AS unsealed_ranges
FROM ranges

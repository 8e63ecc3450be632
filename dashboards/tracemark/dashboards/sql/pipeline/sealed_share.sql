WITH
{{ranges}}
SELECT
    if(
        sum(rows_traffic + rows_records) = 0,
        NULL,
        sumIf(rows_traffic + rows_records, NOT is_unsealed) / sum(rows_traffic + rows_records)
    ) AS rows_under_a_root
FROM ranges

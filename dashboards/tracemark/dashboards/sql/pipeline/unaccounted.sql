WITH
{{ranges}}
SELECT
    if(count() = 0, NULL, sum(abs(toInt64(records) - rows_traffic - rows_records - put_aside - duplicates))) AS unaccounted
FROM ranges

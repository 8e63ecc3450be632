WITH
{{ranges}}
SELECT
    recorded_at,
    topic,
    partition,
    first_offset,
    last_offset,
    rows_traffic + rows_records AS stored,
    lower(hex(merkle_root)) AS root_of_the_rows,
    lower(hex(digest)) AS digest_of_the_records,
    writer AS settled_by
FROM ranges
ORDER BY recorded_at DESC, topic, partition, first_offset DESC
LIMIT 100

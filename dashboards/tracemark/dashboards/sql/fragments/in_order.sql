{{ranges}},
in_order AS (
    SELECT
        topic, topic_id, partition, first_offset, last_offset, records, rows_traffic, rows_records, put_aside, duplicates,
        recorded_at, is_unsealed,
        row_number() OVER lane AS place,
        place > 1 AND first_offset != lagInFrame(last_offset) OVER lane + 1 AS is_behind_a_break
    FROM ranges
    WINDOW lane AS (PARTITION BY topic, topic_id, partition ORDER BY first_offset, last_offset)
)

ranges AS (
    SELECT topic, topic_id, partition, first_offset, last_offset, records, rows_traffic, rows_records,
        ledger.dead_letters AS put_aside, duplicates, recorded_at, writer, digest, merkle_root,
        digest = toFixedString('', 32) OR merkle_root = toFixedString('', 32) AS is_unsealed
    FROM ledger
    WHERE state = 'done' AND $__timeFilter_ms(recorded_at)
    ORDER BY recorded_at
    LIMIT 1 BY topic, topic_id, partition, first_offset, last_offset
)

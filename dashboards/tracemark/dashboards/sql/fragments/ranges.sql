ranges AS (
    SELECT topic, topic_id, partition, first_offset, last_offset, records, rows_traffic, rows_records,
        ledger.dead_letters AS put_aside, duplicates, recorded_at
    FROM ledger
    WHERE state = 'done' AND $__timeFilter_ms(recorded_at)
    ORDER BY recorded_at
    LIMIT 1 BY topic, topic_id, partition, first_offset, last_offset
)

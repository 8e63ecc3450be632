WITH
{{in_order}}
SELECT
    topic,
    topic_id,
    partition,
    count() AS settled_ranges,
    min(first_offset) AS from_offset,
    max(last_offset) AS to_offset,
    sum(records) AS read,
    sum(rows_traffic) + sum(rows_records) AS stored,
    sum(put_aside) AS dead_letters,
    sum(duplicates) AS replays_skipped,
    sum(abs(toInt64(records) - rows_traffic - rows_records - put_aside - duplicates)) AS unaccounted,
    countIf(is_behind_a_break) AS breaks,
    countIf(is_unsealed) AS unsealed,
    max(recorded_at) AS last_settled
FROM in_order
GROUP BY topic, topic_id, partition
ORDER BY topic, partition, last_settled DESC
LIMIT 500

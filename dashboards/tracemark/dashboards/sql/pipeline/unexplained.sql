WITH
{{producers}},
(
    SELECT uniqExact(topic, topic_id, partition, offset)
    FROM dead_letters
    WHERE recorded_at >= (SELECT min(first_seen) FROM producers)
) AS put_aside
SELECT
    -- A count that nobody renews any more proves nothing.
    if(max(counted_at) < {{range_end}} - INTERVAL 1 HOUR OR count() = 0, NULL,
        greatest(sum(greatest(missing, 0)) - toInt64(put_aside), 0)) AS unexplained
FROM producers

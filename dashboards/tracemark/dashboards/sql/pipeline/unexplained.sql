WITH
{{producers}},
(
    SELECT uniqExact(topic, topic_id, partition, offset)
    FROM dead_letters
    WHERE recorded_at >= since
) AS put_aside
SELECT if(count() = 0, NULL, greatest(sum(greatest(missing, 0)) - toInt64(put_aside), 0)) AS unexplained
FROM producers

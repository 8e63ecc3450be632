WITH
{{producers}},
-- A dead letter tells no sender: what all producers miss beyond the dead letters is unexplained, and of the chosen ones' at most that.
(
    SELECT (sum(greatest(emitted - stored - dropped, 0)), min(first_seen))
    FROM producer_accounts
    WHERE first_seen <= $__toTime_ms AND last_seen >= $__fromTime_ms
) AS everywhere,
(
    SELECT uniqExact(topic, topic_id, partition, offset)
    FROM dead_letters
    WHERE recorded_at >= everywhere.2
) AS put_aside
SELECT
    -- A count that nobody renews any more proves nothing.
    if(max(counted_at) < {{range_end}} - INTERVAL 1 HOUR OR count() = 0, NULL,
        least(sum(greatest(missing, 0)), greatest(everywhere.1 - toInt64(put_aside), 0))) AS unexplained
FROM producers

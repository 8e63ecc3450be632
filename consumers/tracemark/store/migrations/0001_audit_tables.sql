-- What is kept beside the events themselves: ranges, dead letters, topics and the state of the sinks.

CREATE TABLE IF NOT EXISTS ledger
(
    `topic` LowCardinality(String) COMMENT 'Kafka topic, or journal in embedded mode.',
    `topic_id` String COMMENT 'Identity of this incarnation of the topic: a topic made anew has another one.',
    `partition` UInt16 COMMENT 'Partition of the topic, or journal lane.',
    `first_offset` UInt64 COMMENT 'First offset of the range.' CODEC(Delta, ZSTD(1)),
    `last_offset` UInt64 COMMENT 'Last offset of the range; the next range begins behind it.' CODEC(Delta, ZSTD(1)),
    `state` LowCardinality(String) COMMENT 'intended: cut, perhaps stored. done: every record of it is stored, a dead letter or a duplicate.',
    `records` UInt32 COMMENT 'Records in the range; offsets may have gaps.',
    `rows_traffic` UInt32 COMMENT 'Of them stored in events_traffic.',
    `rows_records` UInt32 COMMENT 'Of them stored in events_records.',
    `dead_letters` UInt32 COMMENT 'Of them put aside as dead letters.',
    `duplicates` UInt32 COMMENT 'Of them skipped: replays of events that are already stored.',
    `first_broker_ts` DateTime64(3, 'UTC') COMMENT 'Earliest receipt in the range.',
    `last_broker_ts` DateTime64(3, 'UTC') COMMENT 'Latest receipt in the range.',
    `epoch` UInt64 COMMENT 'Epoch of the writer that settled it.',
    `writer` LowCardinality(String) COMMENT 'Which sink settled it.',
    `digest` FixedString(32) COMMENT 'SHA-256 over offset, length and bytes of every raw value, in offset order.' CODEC(NONE),
    `merkle_root` FixedString(32) COMMENT 'RFC 6962 root over event_hash of its stored rows, in offset order.' CODEC(NONE),
    `recorded_at` DateTime64(6, 'UTC') COMMENT 'When this row was written, by the sink\'s clock.' CODEC(Delta, ZSTD(1))
)
ENGINE = MergeTree
PARTITION BY toYear(recorded_at)
ORDER BY (topic, topic_id, partition, first_offset, state)
SETTINGS non_replicated_deduplication_window = 10000, fsync_after_insert = 1, fsync_part_directory = 1
COMMENT 'One row for every range of a partition that was settled.';

CREATE TABLE IF NOT EXISTS dead_letters
(
    `topic` LowCardinality(String) COMMENT 'Where the record came from.',
    `topic_id` String COMMENT 'Identity of that incarnation of the topic.',
    `partition` UInt16 COMMENT 'Its partition.',
    `offset` UInt64 COMMENT 'Its offset.' CODEC(Delta, ZSTD(1)),
    `broker_ts` DateTime64(3, 'UTC') COMMENT 'When the broker received it.',
    `error_code` LowCardinality(String) COMMENT 'Why it was put aside, see docs/dead-letters.md.',
    `path` String COMMENT 'The field to blame, when it is known.',
    `schema_id` UInt32 COMMENT 'Schema id of its frame, 0 when it has none.',
    `value_bytes` UInt32 COMMENT 'Size of its value.',
    `key_bytes` UInt32 COMMENT 'Size of its key.',
    `digest` FixedString(32) COMMENT 'HMAC-SHA-256 of the value under the dead-letter key: equal values show, short ones cannot be guessed.' CODEC(NONE),
    `key_id` LowCardinality(String) COMMENT 'Which key sealed the value.',
    `recorded_at` DateTime64(6, 'UTC') COMMENT 'When it was put aside, by the sink\'s clock.' CODEC(Delta, ZSTD(1))
)
ENGINE = MergeTree
PARTITION BY toYYYYMM(recorded_at)
ORDER BY (topic, partition, offset)
SETTINGS non_replicated_deduplication_window = 10000, fsync_after_insert = 1, fsync_part_directory = 1
COMMENT 'Records that were put aside; their values rest sealed outside the store.';

CREATE TABLE IF NOT EXISTS topics
(
    `topic` LowCardinality(String) COMMENT 'Name of the topic.',
    `topic_id` String COMMENT 'Identity of this incarnation of it.',
    `partitions` UInt32 COMMENT 'Partitions it had when first seen; a later change is refused, for it would break the order by key.',
    `first_seen` DateTime64(6, 'UTC') COMMENT 'When a sink saw it first.'
)
ENGINE = MergeTree
ORDER BY (topic, topic_id)
COMMENT 'Every incarnation of every topic that was ever read.';

CREATE TABLE IF NOT EXISTS sink_status
(
    `reported_at` DateTime64(6, 'UTC') COMMENT 'When the sink said so, by its clock.' CODEC(Delta, ZSTD(1)),
    `sink_id` LowCardinality(String) COMMENT 'Which sink process.',
    `topic` LowCardinality(String) COMMENT 'What it reads.',
    `partition` UInt16 COMMENT 'Partition of it, or journal lane.',
    `state` LowCardinality(String) COMMENT 'running, waiting (store away), blocked (somebody must act), or stopped.',
    `reason` LowCardinality(String) COMMENT 'Why it waits or is blocked: the kind of error.',
    `next_offset` UInt64 COMMENT 'First offset that is not settled yet.',
    `end_offset` UInt64 COMMENT 'Next offset the topic will give out.',
    `lag` UInt64 COMMENT 'end_offset - next_offset.',
    `stored_total` UInt64 COMMENT 'Rows stored since this sink started.',
    `dead_letters_total` UInt64 COMMENT 'Records put aside since this sink started.',
    `duplicates_total` UInt64 COMMENT 'Replays skipped since this sink started.',
    `rows_per_second` Float64 COMMENT 'Rows stored per second since the report before.',
    `last_broker_ts` Nullable(DateTime64(3, 'UTC')) COMMENT 'Receipt of the last record settled.'
)
ENGINE = MergeTree
PARTITION BY toYYYYMM(reported_at)
ORDER BY (topic, partition, reported_at)
TTL toDateTime(reported_at) + INTERVAL 30 DAY
COMMENT 'What each lane of each sink reports, every few seconds.';

CREATE OR REPLACE VIEW sink_lanes AS
SELECT *
FROM sink_status
ORDER BY reported_at DESC
LIMIT 1 BY topic, partition
COMMENT 'The last report of each lane.';

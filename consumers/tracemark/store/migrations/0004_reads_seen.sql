-- What the store's own door saw of those who read: every read of the audit data must have a record of its own beside it.

CREATE TABLE IF NOT EXISTS reads_seen
(
    `noted_at` DateTime64(6, 'UTC') DEFAULT now64(6, 'UTC') COMMENT 'When this row was written, by the store\'s clock.' CODEC(Delta, ZSTD(1)),
    `seen_at` DateTime64(6, 'UTC') COMMENT 'When it was read; of statements that were added up, the beginning.' CODEC(Delta, ZSTD(1)),
    `read_id` String COMMENT 'Identity of the read: request_id of its audit.accessed. A read of many statements may have several rows.',
    `reader` LowCardinality(String) COMMENT 'Login that asked: a user of the store, no person.',
    `door` LowCardinality(String) COMMENT 'cli: a command that records its read itself. Else grafana, http or native: by its client\'s own words.',
    `board` LowCardinality(String) COMMENT 'Uid of the board, when Grafana named one.',
    `statements` UInt64 COMMENT 'Statements that were added up.',
    `rows` UInt64 COMMENT 'Rows that they returned.',
    `ok` Bool COMMENT 'Whether they were answered.'
)
ENGINE = MergeTree
PARTITION BY toYYYYMM(noted_at)
ORDER BY (noted_at, read_id)
TTL toDateTime(noted_at) + INTERVAL 11 MONTH
SETTINGS ttl_only_drop_parts = 1, fsync_after_insert = 1, fsync_part_directory = 1
COMMENT 'Reads that the store saw, whoever records them: kept for 11 calendar months, and gone within 12 with their month.';

-- The account of every producer, counted by number: what the boards show instead of counting every event anew.

CREATE TABLE IF NOT EXISTS producer_accounts
(
    `producer_id` UUID COMMENT 'One start of one producing process.',
    `tenant_ids` Array(LowCardinality(String)) COMMENT 'Customers it served; service_ids has the service of each.',
    `service_ids` Array(LowCardinality(String)) COMMENT 'Services it was, one for each of tenant_ids.',
    `session_state` LowCardinality(String) COMMENT 'What its newest session event says: open, heartbeat or close.',
    `durability` LowCardinality(String) COMMENT 'Where its accepted events wait: on disk, or in memory only.',
    `emitted` Int64 COMMENT 'Highest number that it had drawn 30 s before the count; younger ones may be on their way.',
    `stored` Int64 COMMENT 'Of these numbers, how many are stored; a number that came twice counts once.',
    `dropped` Int64 COMMENT 'Of these numbers, how many it declared as dropped.',
    `first_seen` DateTime64(3, 'UTC') COMMENT 'Receipt of its first event.',
    `last_seen` DateTime64(3, 'UTC') COMMENT 'Receipt of its newest event.',
    `counted_at` DateTime64(3, 'UTC') COMMENT 'When this was counted.'
)
ENGINE = MergeTree
PARTITION BY toYYYYMM(last_seen)
ORDER BY last_seen
COMMENT 'What every producer emitted, and what became of it.';

CREATE MATERIALIZED VIEW IF NOT EXISTS producer_accounts_refresh
REFRESH EVERY 5 MINUTE TO producer_accounts EMPTY
AS WITH numbered AS (
    SELECT
        producer_id,
        producer_seq AS number,
        greatest(producer_seq, last_seq) AS drawn,
        tenant_id,
        service_id,
        session_state AS state,
        durability AS waits_in,
        arraySum(mapValues(dropped)) AS drops,
        _broker_ts AS received_at
    FROM events_traffic
    UNION ALL
    SELECT producer_id, producer_seq, producer_seq, tenant_id, service_id, '', '', 0, _broker_ts
    FROM events_records
)
SELECT
    producer_id,
    arrayMap(pair -> pair.1, groupUniqArray((tenant_id, service_id)) AS served) AS tenant_ids,
    arrayMap(pair -> pair.2, served) AS service_ids,
    argMaxIf(state, number, state != '') AS session_state,
    argMaxIf(waits_in, number, state != '') AS durability,
    maxIf(drawn, received_at < now64(3) - INTERVAL 30 SECOND) AS emitted,
    toInt64(bitmapCardinality(bitmapSubsetInRange(groupBitmapState(toUInt64(number)), 1, toUInt64(emitted + 1)))) AS stored,
    maxIf(drops, received_at < now64(3) - INTERVAL 30 SECOND) AS dropped,
    min(received_at) AS first_seen,
    max(received_at) AS last_seen,
    now64(3, 'UTC') AS counted_at
FROM numbered
GROUP BY producer_id
COMMENT 'Counts producer_accounts anew from the events, so that it is exact after replays, late events and removal.';

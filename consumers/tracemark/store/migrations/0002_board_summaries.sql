-- What the boards read instead of counting every event anew: label coverage by hour, and the last judgements of every duty.

CREATE TABLE IF NOT EXISTS label_coverage
(
    `received_hour` DateTime64(3, 'UTC') COMMENT 'Hour in which the outputs were received.',
    `tenant_id` LowCardinality(String) COMMENT 'Customer of the service.',
    `service_id` LowCardinality(String) COMMENT 'The generating service.',
    `model_id` LowCardinality(String) COMMENT 'The model asked.',
    `modality` LowCardinality(String) COMMENT 'Modality of the outputs; several are joined by +.',
    `duty_basis` LowCardinality(String) COMMENT 'Which labelling duty applies.',
    `is_file` Bool COMMENT 'Whether the outputs are files, with a media type.',
    `outputs` UInt64 COMMENT 'Outputs that were generated, complete or not; refused and failed ones left out.',
    `with_explicit` UInt64 COMMENT 'Of them with an explicit label in a good state.',
    `waived` UInt64 COMMENT 'Of them without one, by a grant.',
    `with_implicit` UInt64 COMMENT 'Of them with an implicit label in a good state.',
    `counted_at` DateTime64(3, 'UTC') COMMENT 'When this was counted.'
)
ENGINE = MergeTree
PARTITION BY toYYYYMM(received_hour)
ORDER BY (tenant_id, service_id, received_hour)
COMMENT 'Outputs and the labels that were put on them, by hour of receipt.';

CREATE MATERIALIZED VIEW IF NOT EXISTS label_coverage_refresh
REFRESH EVERY 10 MINUTE TO label_coverage EMPTY
AS WITH contents AS (
    SELECT
        tenant_id,
        content_id,
        anyIf(service_id, event_type = 'output.generated') AS service,
        anyIf(model_id, event_type = 'output.generated') AS model,
        anyIf(arrayStringConcat(modality, '+'), event_type = 'output.generated') AS kinds,
        anyIf(duty_basis, event_type = 'output.generated') AS basis,
        anyIf(media_type != '', event_type = 'output.generated') AS file,
        minIf(_broker_ts, event_type = 'output.generated') AS received_at,
        countIf(event_type = 'output.generated' AND finish NOT IN ('refused', 'error')) AS generated,
        countIf(event_type = 'label.applied' AND label_kind = 'explicit'
            AND label_state IN ('applied', 'verified', 'preserved', 'rewritten_by_platform')) AS explicit,
        countIf(event_type = 'label.applied' AND label_kind = 'explicit' AND label_state = 'waived_by_grant') AS waiver,
        countIf(event_type = 'label.applied' AND label_kind = 'implicit'
            AND label_state IN ('applied', 'verified', 'preserved', 'rewritten_by_platform')) AS implicit
    FROM events_traffic
    WHERE event_type IN ('output.generated', 'label.applied') AND content_id != ''
    GROUP BY tenant_id, content_id
    HAVING generated > 0
)
SELECT
    toDateTime64(toStartOfHour(received_at), 3, 'UTC') AS received_hour,
    tenant_id,
    service AS service_id,
    model AS model_id,
    kinds AS modality,
    basis AS duty_basis,
    file AS is_file,
    count() AS outputs,
    countIf(explicit > 0) AS with_explicit,
    countIf(explicit = 0 AND waiver > 0) AS waived,
    countIf(implicit > 0) AS with_implicit,
    now64(3, 'UTC') AS counted_at
FROM contents
GROUP BY received_hour, tenant_id, service_id, model_id, modality, duty_basis, is_file
COMMENT 'Counts label_coverage anew from the events, so that it is exact after replays, late events and erasure.';

CREATE TABLE IF NOT EXISTS duty_results
(
    `judged_at` DateTime64(6, 'UTC') COMMENT 'As of when the duties were judged; one instant for a whole judgement.' CODEC(Delta, ZSTD(1)),
    `regime` LowCardinality(String) COMMENT 'Whose rules, e.g. cn.',
    `obligation` LowCardinality(String) COMMENT 'The duty, e.g. INV-8.',
    `law` LowCardinality(String) COMMENT 'Instrument and article.',
    `checked` LowCardinality(String) COMMENT 'How far the reading of the law was checked: A, B or C.',
    `severity` LowCardinality(String) COMMENT 'How bad a breach is.',
    `duty_en` LowCardinality(String) COMMENT 'The duty in one sentence.',
    `duty_zh` LowCardinality(String) COMMENT 'The same in Chinese.',
    `window_from` DateTime64(6, 'UTC') COMMENT 'Events received since then were judged.',
    `tenant_id` LowCardinality(String) COMMENT 'Whose events; empty in the row that says that the duty was judged at all.',
    `service_id` LowCardinality(String) COMMENT 'Of which service.',
    `denominator` UInt64 COMMENT 'What was judged.',
    `offending` UInt64 COMMENT 'Of it breaches.',
    `unusable` UInt64 COMMENT 'Of it no evidence, neither good nor bad.'
)
ENGINE = MergeTree
PARTITION BY toYYYYMM(judged_at)
ORDER BY (regime, obligation, judged_at, tenant_id, service_id)
TTL toDateTime(judged_at) + INTERVAL 36 MONTH
COMMENT 'What each judgement found for each duty, tenant and service.';

CREATE TABLE IF NOT EXISTS duty_breaches
(
    `judged_at` DateTime64(6, 'UTC') COMMENT 'The judgement that found it.' CODEC(Delta, ZSTD(1)),
    `regime` LowCardinality(String) COMMENT 'Whose rules.',
    `obligation` LowCardinality(String) COMMENT 'The duty.',
    `severity` LowCardinality(String) COMMENT 'How bad a breach is.',
    `tenant_id` LowCardinality(String) COMMENT 'Whose event.',
    `service_id` LowCardinality(String) COMMENT 'Of which service.',
    `event_id` String COMMENT 'The offending event.',
    `request_id` String COMMENT 'Its request.',
    `content_id` String COMMENT 'Its content.',
    `case_id` String COMMENT 'Its case.',
    `at` DateTime64(6, 'UTC') COMMENT 'When it happened.',
    `reason` LowCardinality(String) COMMENT 'What is wrong, as a code.'
)
ENGINE = MergeTree
PARTITION BY toYYYYMM(judged_at)
ORDER BY (regime, obligation, judged_at, at)
TTL toDateTime(judged_at) + INTERVAL 3 MONTH
COMMENT 'The newest breaches that a judgement found, at most a thousand for each duty.';

-- Only outputs that the rules of mainland China reach can lack a label that these rules ask for; all are counted, and told apart.

DROP VIEW IF EXISTS label_coverage_refresh SYNC;

ALTER TABLE label_coverage ADD COLUMN IF NOT EXISTS `reached_by_cn` Bool
    COMMENT 'Whether the rules of mainland China reach the outputs, by declared scope, audience and regimes.' AFTER is_file;

CREATE MATERIALIZED VIEW IF NOT EXISTS label_coverage_refresh
REFRESH EVERY 10 MINUTE TO label_coverage EMPTY
AS WITH told AS (
    SELECT
        tenant_id,
        content_id,
        event_type = 'output.generated' AS is_output,
        service_id,
        model_id,
        arrayStringConcat(modality, '+') AS modalities,
        duty_basis,
        media_type != '' AS has_media_type,
        ((service_scope IN ('public_mainland', 'offshore_to_mainland', 'undetermined') AND audience_class IN ('public_mainland', 'unknown'))
            OR (service_scope IN ('outside_mainland') AND audience_class IN ('public_mainland')))
            AND (empty(jurisdiction) OR has(jurisdiction, 'cn')) AS is_reached,
        _broker_ts,
        is_output AND finish NOT IN ('refused', 'error') AS is_content,
        event_type = 'label.applied' AND label_state IN ('applied', 'verified', 'preserved', 'rewritten_by_platform') AS is_good,
        is_good AND label_kind = 'explicit' AS is_explicit,
        is_good AND label_kind = 'implicit' AS is_implicit,
        event_type = 'label.applied' AND label_kind = 'explicit' AND label_state = 'waived_by_grant' AS is_waiver
    FROM events_traffic
    WHERE event_type IN ('output.generated', 'label.applied') AND content_id != ''
    UNION ALL
    -- A grant waives the explicit label whether or not a label event says so, too.
    SELECT tenant_id, content_id, false, '', '', '', '', false, false, _broker_ts, false, false, false, false, true
    FROM events_records
    WHERE event_type = 'unlabelled.granted' AND content_id != ''
),
contents AS (
    SELECT
        tenant_id,
        content_id,
        anyIf(told.service_id, is_output) AS service,
        anyIf(told.model_id, is_output) AS model,
        anyIf(modalities, is_output) AS kinds,
        anyIf(told.duty_basis, is_output) AS basis,
        anyIf(has_media_type, is_output) AS has_file,
        anyIf(is_reached, is_output) AS was_reached,
        minIf(_broker_ts, is_output) AS received_at,
        countIf(is_content) AS generated,
        countIf(is_explicit) AS explicit,
        countIf(is_waiver) AS waiver,
        countIf(is_implicit) AS implicit
    FROM told
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
    has_file AS is_file,
    was_reached AS reached_by_cn,
    count() AS outputs,
    countIf(explicit > 0) AS with_explicit,
    countIf(explicit = 0 AND waiver > 0) AS waived,
    countIf(implicit > 0) AS with_implicit,
    now64(3, 'UTC') AS counted_at
FROM contents
GROUP BY received_hour, tenant_id, service_id, model_id, modality, duty_basis, is_file, reached_by_cn
COMMENT 'Counts label_coverage anew from the events, so that it is exact after replays, late events and erasure.';

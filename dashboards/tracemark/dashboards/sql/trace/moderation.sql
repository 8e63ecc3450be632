WITH
{{chain}}
SELECT
    detected_at,
    occurred_at,
    if(clock_suspect OR detected_at IS NULL, NULL, dateDiff('millisecond', detected_at, occurred_at) / 1000) AS finding_to_action,
    case_id,
    content_id,
    moderation_target,
    moderation_stage,
    action,
    reason_codes,
    detector,
    automated
FROM events
WHERE {{in_chain}} AND event_type = 'moderation.action'
ORDER BY occurred_at, producer_id, producer_seq
LIMIT 500

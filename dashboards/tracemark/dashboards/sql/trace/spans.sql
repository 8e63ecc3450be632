WITH
{{chain}},
steps AS (
    SELECT
        event_id, event_type, occurred_at, producer_id, service_id, content_id, request_id, clock_suspect,
        first_value(event_id) OVER (ORDER BY occurred_at, producer_id, producer_seq) AS root,
        argMinIf(event_id, (occurred_at, producer_seq), event_type = 'output.generated') OVER (PARTITION BY content_id) AS output,
        countIf(event_type = 'output.generated') OVER (PARTITION BY content_id) AS outputs,
        multiIf(
            event_type = 'output.generated', ifNull(generation_ms, 0),
            event_type = 'moderation.action', ifNull(dateDiff('millisecond', detected_at, occurred_at), 0),
            0
        ) AS elapsed_ms,
        multiIf(event_type = 'moderation.action', toString(action), event_type = 'label.applied', toString(label_state), toString(finish))
            AS outcome
    FROM events
    WHERE {{in_chain}}
)
SELECT
    coalesce(nullIf(wanted_request, ''), nullIf(wanted_content, ''), nullIf(wanted_case, ''), toString(wanted_event)) AS traceID,
    toString(event_id) AS spanID,
    multiIf(event_id = root, '', content_id != '' AND outputs > 0 AND event_id != output, toString(output), toString(root))
        AS parentSpanID,
    toString(event_type) AS operationName,
    toString(service_id) AS serviceName,
    subtractMilliseconds(occurred_at, greatest(elapsed_ms, 0)) AS startTime,
    toFloat64(greatest(elapsed_ms, 0)) AS duration,
    arrayFilter(tag -> tag['value'] != '', [
        map('key', 'request_id', 'value', request_id),
        map('key', 'content_id', 'value', content_id),
        map('key', 'outcome', 'value', outcome),
        map('key', 'clock_suspect', 'value', if(clock_suspect, 'true', ''))
    ]) AS tags,
    [map('key', 'producer_id', 'value', toString(producer_id))] AS serviceTags,
    if(outcome IN ('error', 'missing', 'altered', 'forged', 'hidden'), 2, 0) AS statusCode
FROM steps
ORDER BY startTime, spanID
LIMIT 2000

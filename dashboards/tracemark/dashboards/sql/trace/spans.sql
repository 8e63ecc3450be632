WITH
{{chain}},
steps AS (
    SELECT
        event_id, event_type, occurred_at, producer_id, producer_seq, service_id, content_id, request_id, clock_suspect,
        multiIf(
            event_type = 'output.generated', ifNull(generation_ms, 0),
            event_type = 'moderation.action' AND detected_at IS NOT NULL, dateDiff('millisecond', assumeNotNull(detected_at), occurred_at),
            0
        ) AS elapsed_ms,
        multiIf(event_type = 'moderation.action', toString(action), event_type = 'label.applied', toString(label_state), toString(finish))
            AS outcome
    FROM events
    WHERE event_id IN (SELECT event_id FROM chain)
    ORDER BY occurred_at, producer_id, producer_seq
    LIMIT 2000
),
roots AS (SELECT argMin(event_id, (occurred_at, producer_seq)) AS root FROM steps),
parents AS (
    SELECT content_id, argMin(event_id, (occurred_at, producer_seq)) AS parent
    FROM steps
    WHERE event_type = 'output.generated' AND content_id != ''
    GROUP BY content_id
)
SELECT
    coalesce(nullIf(wanted_request, ''), nullIf(wanted_content, ''), wanted_case) AS traceID,
    toString(steps.event_id) AS spanID,
    multiIf(
        steps.event_id = (SELECT root FROM roots), '',
        parents.content_id != '' AND parents.parent != steps.event_id, toString(parents.parent),
        ifNull(toString((SELECT root FROM roots)), '')
    ) AS parentSpanID,
    toString(event_type) AS operationName,
    toString(service_id) AS serviceName,
    subtractMilliseconds(occurred_at, greatest(elapsed_ms, 0)) AS startTime,
    toFloat64(greatest(elapsed_ms, 0)) AS duration,
    arrayFilter(tag -> tag['value'] != '', [
        map('key', 'request_id', 'value', request_id),
        map('key', 'content_id', 'value', steps.content_id),
        map('key', 'outcome', 'value', outcome),
        map('key', 'clock_suspect', 'value', if(clock_suspect, 'true', ''))
    ]) AS tags,
    [map('key', 'producer_id', 'value', toString(producer_id))] AS serviceTags,
    if(outcome IN ('error', 'missing', 'altered', 'forged', 'hidden'), 2, 0) AS statusCode
FROM steps
LEFT JOIN parents ON steps.content_id = parents.content_id
ORDER BY startTime, spanID
LIMIT 2000

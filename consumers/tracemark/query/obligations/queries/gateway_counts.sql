-- One row per window that the gateways of a service counted: as many requests passed as prompts were recorded.
-- A prompt within a second of a window's edge may stand on either side of it.
WITH windows AS (
    SELECT tenant_id, service_id, window_start, window_end, sum(counted_requests) AS counted, min(toString(event_id)) AS event_id
    FROM events_traffic
    WHERE event_type = 'gateway.counted' AND {{window}} AND {{scope}}
    GROUP BY tenant_id, service_id, window_start, window_end
),
prompts AS (
    SELECT tenant_id, service_id, request_id, occurred_at + toIntervalSecond(shift) AS shifted, clock_suspect
    FROM events_traffic
    ARRAY JOIN [-1, 0, 1] AS shift
    WHERE event_type = 'prompt.received' AND {{known}} AND {{scope}}
        AND _broker_ts >= (SELECT min(window_start) FROM windows) - INTERVAL 1 DAY
        AND (tenant_id, service_id) IN (SELECT tenant_id, service_id FROM windows)
),
seen AS (
    SELECT tenant_id, service_id, window_start, countIf(sides = 3) AS surely, count() AS perhaps, max(suspect) AS unsure
    FROM (
        SELECT p.tenant_id AS tenant_id, p.service_id AS service_id, w.window_start AS window_start, request_id,
            uniqExact(shifted) AS sides, max(clock_suspect) AS suspect
        FROM prompts AS p
        ASOF JOIN windows AS w
            ON p.tenant_id = w.tenant_id AND p.service_id = w.service_id AND p.shifted >= w.window_start
        WHERE p.shifted < w.window_end
        GROUP BY tenant_id, service_id, window_start, request_id
    )
    GROUP BY tenant_id, service_id, window_start
)
SELECT w.tenant_id AS tenant_id, w.service_id AS service_id, w.event_id AS event_id, '' AS request_id, '' AS content_id, '' AS case_id,
    w.window_start AS at,
    multiIf(counted < surely, 'more_prompts_than_requests', counted > perhaps, 'fewer_prompts_than_requests', '') AS found,
    if(unsure, 'clock_suspect', found) AS reason,
    NOT unsure AS usable
FROM windows AS w
LEFT ANY JOIN seen AS s USING (tenant_id, service_id, window_start)

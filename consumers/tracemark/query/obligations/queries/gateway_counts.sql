-- One row per window that the gateways of a service counted: as many requests passed as were recorded, each at its first prompt.
-- A prompt within a second of a window's edge may stand on either side of it.
-- Where windows overlap, those of the same gateways are judged one by one, and windows of different gateways together, as one row:
-- a gateway's overlapping windows count a request once, and where prompts came when only some of the gateways counted nobody can tell.
-- A prompt by a wrong clock may belong to any window of the month before it was received.
WITH counts AS (
    SELECT tenant_id, service_id, gateway_id, window_start, window_end, sum(counted_requests) AS counted,
        min(event_id) AS first_event, countIf({{window}}) > 0 AS fresh
    FROM events_traffic
    WHERE event_type = 'gateway.counted' AND {{near}} AND {{scope}} AND window_end > window_start
    GROUP BY tenant_id, service_id, gateway_id, window_start, window_end
),
marked AS (
    SELECT *, ifNull(max(window_end) OVER (PARTITION BY tenant_id, service_id ORDER BY window_start, window_end, gateway_id
        ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), toDateTime64(0, 6, 'UTC')) AS before
    FROM counts
),
heaps AS (
    SELECT *, sum(window_start >= before) OVER (PARTITION BY tenant_id, service_id ORDER BY window_start, window_end, gateway_id
        ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS heap
    FROM marked
),
spans AS (
    SELECT tenant_id, service_id, heap, window_start, window_end, sum(counted) AS total, min(first_event) AS event,
        max(fresh) AS asked, arraySort(groupArray(gateway_id)) AS gateways
    FROM heaps
    GROUP BY tenant_id, service_id, heap, window_start, window_end
),
mixed AS (
    SELECT tenant_id, service_id, heap FROM spans GROUP BY tenant_id, service_id, heap HAVING uniqExact(gateways) > 1
),
judged AS (
    SELECT tenant_id, service_id, event, window_start AS first, window_end AS last, window_start AS shared_from, window_end AS shared_to,
        total AS least_counted, total AS most_counted, false AS is_mixed
    FROM spans
    WHERE asked AND (tenant_id, service_id, heap) NOT IN (SELECT tenant_id, service_id, heap FROM mixed)
    UNION ALL
    SELECT tenant_id, service_id, min(event), min(first), max(last), if(min(whole), max(first), max(last)), if(min(whole), min(last), max(last)),
        sum(least), sum(most), true
    FROM (
        SELECT tenant_id, service_id, heap, min(first_event) AS event, max(fresh) AS asked, min(window_start) AS first, max(window_end) AS last,
            sum(counted) AS most, sum(toUnixTimestamp64Micro(window_end) - toUnixTimestamp64Micro(window_start)) AS length,
            length = toUnixTimestamp64Micro(last) - toUnixTimestamp64Micro(first) AS whole, if(countIf(overlaps) = 0, most, max(counted)) AS least
        FROM (
            SELECT *, window_start < ifNull(max(window_end) OVER (PARTITION BY tenant_id, service_id, gateway_id ORDER BY window_start, window_end
                ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), window_start) AS overlaps
            FROM heaps
            WHERE (tenant_id, service_id, heap) IN (SELECT tenant_id, service_id, heap FROM mixed)
        )
        GROUP BY tenant_id, service_id, heap, gateway_id
    )
    GROUP BY tenant_id, service_id, heap
    HAVING max(asked)
),
prompts AS (
    SELECT tenant_id, service_id, if(request_id = '', toString(event_id), request_id) AS request,
        min(occurred_at) AS asked_at, max(clock_suspect) AS suspect, toDateTime64(max(_broker_ts), 6, 'UTC') AS received
    FROM events_traffic
    WHERE event_type = 'prompt.received' AND {{known}} AND {{scope}}
        AND _broker_ts >= (SELECT min(first) FROM judged) - INTERVAL 1 DAY
        AND (tenant_id, service_id) IN (SELECT tenant_id, service_id FROM judged)
    GROUP BY tenant_id, service_id, request
),
-- How many of a service's prompts came before an instant: sure ones by when they were asked, the others by when they were received.
passed AS (
    SELECT tenant_id, service_id, instant, countIf(NOT suspect) OVER so_far AS sure, countIf(suspect) OVER so_far AS doubtful
    FROM (SELECT tenant_id, service_id, suspect, if(suspect, received, asked_at) AS instant FROM prompts)
    WINDOW so_far AS (PARTITION BY tenant_id, service_id ORDER BY instant RANGE BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)
),
edges AS (
    SELECT j.tenant_id AS tenant_id, j.service_id AS service_id, j.event AS event, any(j.first) AS at, any(least_counted) AS least_counted,
        any(most_counted) AS most_counted, any(is_mixed) AS mixed_windows,
        sumIf(c.sure, j.edge = 2) - sumIf(c.sure, j.edge = 1) AS perhaps, sumIf(c.sure, j.edge = 4) - sumIf(c.sure, j.edge = 3) AS surely,
        sumIf(c.sure, j.edge = 6) - sumIf(c.sure, j.edge = 5) AS surely_in_all,
        sumIf(c.doubtful, j.edge = 7) - sumIf(c.doubtful, j.edge = 1) AS unsure
    FROM (
        SELECT *, arrayJoin([
            (1, first - INTERVAL 1 SECOND), (2, last + INTERVAL 1 SECOND), (3, first + INTERVAL 1 SECOND), (4, last - INTERVAL 1 SECOND),
            (5, shared_from + INTERVAL 1 SECOND), (6, shared_to - INTERVAL 1 SECOND), (7, last + INTERVAL 32 DAY)
        ]) AS pair, pair.1 AS edge, pair.2 AS instant
        FROM judged
    ) AS j
    ASOF LEFT JOIN passed AS c ON j.tenant_id = c.tenant_id AND j.service_id = c.service_id AND j.instant > c.instant
    GROUP BY tenant_id, service_id, event
)
SELECT tenant_id, service_id, toString(event) AS event_id, '' AS request_id, '' AS content_id, '' AS case_id, at,
    multiIf(
        greatest(surely_in_all, 0) > most_counted, 'more_prompts_than_requests',
        least_counted > perhaps + unsure, 'fewer_prompts_than_requests',
        least_counted > perhaps, 'clock_suspect',
        mixed_windows AND (surely > most_counted OR least_counted < most_counted AND perhaps < most_counted), 'windows_differ',
        ''
    ) AS reason,
    reason NOT IN ('clock_suspect', 'windows_differ') AS usable
FROM edges

-- One row per deletion and one per month of rows still held, by class: nothing gone before its floor, nothing alive past its ceiling.
-- Calendar months in the zone of the law. Rows under a hold, or restricted, may stay: those that it names by its partition's month, and
-- by when they were received. A hold lasts until it is released, each of a partition and a case by itself; a release that names
-- neither is one of all. Whether that came after is no evidence by a wrong clock.
WITH told AS (
    SELECT tenant_id, toString(applied_class) AS class, toString(applied_action) AS action, {{moment}} AS told_at,
        partition_ref AS part, case_id, clock_suspect AS suspect, extract(part, '(?:^|[^0-9])(20[0-9]{4})[^0-9]*$') AS month,
        ifNull(oldest_at, toDateTime64(0, 6, 'UTC')) AS lowest, least(cutoff, ifNull(newest_at + INTERVAL 1 MILLISECOND, cutoff)) AS highest
    FROM events_records
    WHERE event_type = 'retention.applied' AND applied_action IN ('held', 'released', 'restricted') AND {{known}}
),
kept AS (
    SELECT tenant_id, class,
        groupArrayIf((told_at, part, case_id, suspect), action = 'released') AS releases,
        groupArrayIf((told_at, part, case_id, suspect, lowest, highest, action = 'held', month), action != 'released') AS holds,
        arrayMap(h -> arrayFilter(r -> h.7 AND r.2 IN ('', h.2) AND r.3 IN ('', h.3), releases), holds) AS ends,
        arrayFilter((h, mine) -> NOT arrayExists(r -> r.1 >= h.1 OR r.4 OR h.4, mine), holds, ends) AS standing,
        arrayFilter((h, mine) -> NOT arrayExists(r -> r.1 >= h.1 AND NOT r.4 AND NOT h.4, mine), holds, ends) AS doubtful
    FROM told
    GROUP BY tenant_id, class
),
held AS (
    SELECT tenant_id, service_id, toString(retention_class) AS class, toDate(_broker_ts, '{{zone}}') AS day,
        argMin(event_id, _broker_ts) AS first_event, min(_broker_ts) AS oldest, max(_broker_ts) AS newest
    FROM (
        SELECT tenant_id, service_id, retention_class, _broker_ts, event_id FROM events_traffic WHERE {{known}} AND {{scope}}
        UNION ALL
        SELECT tenant_id, service_id, retention_class, _broker_ts, event_id FROM events_records WHERE {{known}} AND {{scope}}
    )
    GROUP BY tenant_id, service_id, class, day
)
{{deletions}}
UNION ALL
SELECT tenant_id, service_id, toString(argMin(first_event, (rank, oldest))) AS event_id, '' AS request_id, '' AS content_id, '' AS case_id,
    toDateTime64(min((rank, oldest)).2, 6, 'UTC') AS at,
    multiIf(min(rank) = 1, 'kept_past_ceiling', min(rank) = 2, 'clock_suspect', '') AS reason,
    min(rank) != 2 AS usable
FROM (
    -- Of a day that a hold reaches in part nothing counts as held.
    WITH h -> h.5 <= oldest AND h.6 > newest AND h.8 IN ('', toString(toYYYYMM(oldest))) AS reaches
    SELECT tenant_id, service_id, class, toStartOfMonth(day) AS month, first_event, oldest,
        multiIf(
            {{ceiling:class}} = 0 OR addMonths(toTimeZone(oldest, '{{zone}}'), {{ceiling:class}}) >= {as_of:DateTime64(6, 'UTC')}, 3,
            arrayExists(reaches, standing), 3,
            arrayExists(reaches, doubtful), 2,
            1
        ) AS rank
    FROM held
    LEFT ANY JOIN kept USING (tenant_id, class)
)
GROUP BY tenant_id, service_id, class, month

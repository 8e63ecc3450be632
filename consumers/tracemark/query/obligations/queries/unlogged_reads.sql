-- One row per read that the store's own door noted in the window: an audit.accessed with its id as request_id stands beside it.
-- A read belongs to no tenant and no service. What was not recorded leads to no trace: its id stands for the missing event.
-- An id that was used again after its record hides what was read then.
WITH seen AS (
    SELECT read_id, min(seen_at) AS first_seen, max(seen_at) AS last_seen
    FROM reads_seen
    WHERE noted_at >= {from:DateTime64(6, 'UTC')} AND noted_at < {to:DateTime64(6, 'UTC')}
        AND {tenant:String} = '' AND {service:String} = ''
    GROUP BY read_id
),
recorded AS (
    SELECT request_id AS record_of, count() AS records,
        max(if(clock_suspect, toDateTime64(_broker_ts, 6, 'UTC'), occurred_at)) AS last_record
    FROM events_records
    WHERE event_type = 'audit.accessed' AND {{known}} AND request_id IN (SELECT read_id FROM seen)
        AND _broker_ts >= (SELECT min(first_seen) FROM seen) - INTERVAL 1 DAY
    GROUP BY record_of
)
SELECT '' AS tenant_id, '' AS service_id, seen.read_id AS event_id, recorded.record_of AS request_id, '' AS content_id, '' AS case_id,
    seen.first_seen AS at,
    multiIf(
        recorded.records = 0, 'not_recorded',
        seen.last_seen > recorded.last_record + INTERVAL 15 MINUTE, 'used_after_its_record',
        ''
    ) AS reason,
    1 AS usable
FROM seen
LEFT ANY JOIN recorded ON seen.read_id = recorded.record_of

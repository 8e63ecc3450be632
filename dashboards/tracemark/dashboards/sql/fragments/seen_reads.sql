noted AS (
    SELECT
        read_id AS id,
        any(reads_seen.reader) AS login,
        any(reads_seen.door) AS way,
        any(reads_seen.board) AS page,
        min(reads_seen.seen_at) AS first_at,
        max(reads_seen.seen_at) AS last_at,
        min(reads_seen.noted_at) AS first_note,
        sum(reads_seen.statements) AS asked,
        sum(reads_seen.rows) AS given,
        min(reads_seen.ok) AS answered
    FROM reads_seen
    WHERE $__timeFilter_ms(noted_at)
    GROUP BY read_id
),
records AS (
    SELECT
        request_id AS id,
        count() AS found,
        max(if(clock_suspect, toDateTime64(_broker_ts, 6, 'UTC'), occurred_at)) AS record_at
    FROM events_records
    WHERE event_type = 'audit.accessed'
        AND _broker_ts >= subtractMonths($__fromTime_ms, 2) AND _broker_ts <= $__toTime_ms
        AND request_id IN (SELECT id FROM noted)
    GROUP BY request_id
),
seen_reads AS (
    SELECT
        id, login, way, page, first_at, last_at, first_note, asked, given, answered,
        multiIf(
            found > 0 AND last_at > record_at + INTERVAL 15 MINUTE, 'used after its record',
            found > 0, 'recorded',
            first_note < {{range_end}} - INTERVAL 15 MINUTE, 'not recorded',
            'on its way'
        ) AS state
    FROM noted
    LEFT ANY JOIN records USING (id)
)

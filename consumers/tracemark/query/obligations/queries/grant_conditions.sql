-- One row per grant that had to be held in the window, and one per unlabelled hand-over whose grant is gone.
-- It is held for six months from the grant or the last hand-over under it, whichever is later. Of an erased recipient nothing says
-- when: while the months run it was too early, afterwards nobody can tell.
WITH last AS (
    SELECT tenant_id, grant_id, max({{moment}}) AS last_at
    FROM events_traffic
    WHERE event_type = 'content.delivered' AND {{known}} AND {{tenants}} AND grant_id != ''
    GROUP BY tenant_id, grant_id
)
SELECT {{row}},
    addMonths(toTimeZone(greatest(last_at, at), '{{zone}}'), 6) AS held_until,
    multiIf(
        requested_at IS NULL, 'no_request_time',
        requested_at > occurred_at, if(clock_suspect, 'clock_suspect', 'requested_later'),
        duty_clause_digest = toFixedString('', 32), 'no_duty_clause',
        agreement_version = '', 'no_agreement',
        recipient_ref != '', '',
        erased_by = '', 'no_recipient',
        held_until > {as_of:DateTime64(6, 'UTC')}, if(clock_suspect, 'clock_suspect', 'recipient_erased_early'),
        'erasure_time_unknown'
    ) AS reason,
    reason NOT IN ('clock_suspect', 'erasure_time_unknown') AS usable
FROM events_records AS g
LEFT ANY JOIN last USING (tenant_id, grant_id)
WHERE event_type = 'unlabelled.granted' AND _broker_ts < {to:DateTime64(6, 'UTC')} AND {{scope}} AND {{in_scope}} AND {{in_force}}
    AND held_until > {from:DateTime64(6, 'UTC')}
UNION ALL
SELECT {{row}},
    addMonths(toTimeZone(at, '{{zone}}'), 6) AS held_until,
    'grant_not_held' AS reason, 1 AS usable
FROM events_traffic
WHERE event_type = 'content.delivered' AND grant_id != '' AND {{scope}} AND {{in_scope}} AND {{in_force}}
    -- Received no earlier than it happened, but for the clock's few minutes.
    AND _broker_ts >= addMonths({from:DateTime64(6, 'UTC')}, -6) - INTERVAL 1 DAY AND _broker_ts < {to:DateTime64(6, 'UTC')}
    AND held_until > {from:DateTime64(6, 'UTC')}
    AND (tenant_id, grant_id) NOT IN (
        SELECT tenant_id, grant_id FROM events_records WHERE event_type = 'unlabelled.granted' AND {{known}}
    )

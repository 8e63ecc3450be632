-- One row per grant that may still have to be held, and one per unlabelled hand-over whose grant is gone.
WITH last AS (
    SELECT tenant_id, grant_id, max(occurred_at) AS last_at
    FROM events_traffic
    WHERE event_type = 'content.delivered' AND {{known}} AND {{tenants}} AND grant_id != ''
    GROUP BY tenant_id, grant_id
)
SELECT {{row}},
    multiIf(
        requested_at IS NULL, 'no_request_time',
        requested_at > occurred_at, 'requested_later',
        duty_clause_digest = toFixedString('', 32), 'no_duty_clause',
        agreement_version = '', 'no_agreement',
        recipient_ref != '', '',
        erased_by = '', 'no_recipient',
        addMonths(toTimeZone(greatest(last_at, occurred_at), '{{zone}}'), 6) > {as_of:DateTime64(6, 'UTC')},
            'recipient_erased_early',
        ''
    ) AS reason,
    1 AS usable
FROM events_records AS g
LEFT ANY JOIN last USING (tenant_id, grant_id)
WHERE event_type = 'unlabelled.granted' AND {{scope}} AND {{in_scope}} AND {{in_force}}
    AND _broker_ts >= {from:DateTime64(6, 'UTC')} - INTERVAL 8 MONTH AND _broker_ts < {to:DateTime64(6, 'UTC')}
UNION ALL
SELECT {{row}}, 'grant_not_held' AS reason, 1 AS usable
FROM events_traffic
WHERE event_type = 'content.delivered' AND {{window}} AND {{scope}} AND {{in_scope}} AND {{in_force}} AND grant_id != ''
    AND (tenant_id, grant_id) NOT IN (
        SELECT tenant_id, grant_id FROM events_records WHERE event_type = 'unlabelled.granted' AND {{known}}
    )

-- One row per declaration that names a special regime and held at some moment of the window: it names the permit, too.
-- A declaration holds until it says so, or until the next one of its service.
SELECT {{row}}, if(permit_ref = '', 'no_permit', '') AS reason, 1 AS usable
FROM (
    SELECT *, min(toNullable(valid_from)) OVER (PARTITION BY tenant_id, service_id
        ORDER BY valid_from, occurred_at ROWS BETWEEN 1 FOLLOWING AND UNBOUNDED FOLLOWING) AS replaced_at
    FROM events_records
    WHERE event_type = 'service.declared' AND {{known}} AND {{tenants}}
)
WHERE notEmpty(special_regimes) AND {{scope}} AND {{named}} AND valid_from < {to:DateTime64(6, 'UTC')}
    AND (valid_to IS NULL OR valid_to > {from:DateTime64(6, 'UTC')})
    AND (replaced_at IS NULL OR replaced_at > greatest(valid_from, {from:DateTime64(6, 'UTC')}))

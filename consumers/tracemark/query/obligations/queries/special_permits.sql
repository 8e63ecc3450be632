-- One row per declaration that names a special regime: it names the permit, too.
SELECT {{row}}, if(permit_ref = '', 'no_permit', '') AS reason, 1 AS usable
FROM events_records
WHERE event_type = 'service.declared' AND notEmpty(special_regimes) AND {{known}} AND {{scope}}
    AND (valid_to IS NULL OR valid_to > {from:DateTime64(6, 'UTC')})

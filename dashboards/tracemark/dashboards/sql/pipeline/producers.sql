WITH
{{producers}}
SELECT
    producer_id,
    of_services AS services,
    of_tenants AS tenants,
    if(state != 'close' AND last_seen < least({{range_end}}, counted_at) - INTERVAL 2 MINUTE, 'silent', state) AS session_state,
    waits_in AS durability,
    emitted,
    stored,
    declared AS dropped,
    missing,
    last_seen,
    counted_at
FROM producers
ORDER BY missing DESC, last_seen DESC, producer_id
LIMIT 500

-- Whole accounts, counted beforehand, of the producers that the range and the choices touch.
counted AS (
    SELECT producer_id
    FROM producer_accounts
    ARRAY JOIN tenant_ids AS tenant_id, service_ids AS service_id
    WHERE first_seen <= $__toTime_ms AND last_seen >= $__fromTime_ms AND {{tenants}} AND {{services}}
),
producers AS (
    SELECT
        producer_id,
        arraySort(arrayDistinct(producer_accounts.service_ids)) AS of_services,
        arraySort(arrayDistinct(producer_accounts.tenant_ids)) AS of_tenants,
        session_state AS state,
        durability AS waits_in,
        emitted,
        stored,
        dropped AS declared,
        emitted - stored - declared AS missing,
        first_seen,
        last_seen,
        counted_at
    FROM producer_accounts
    WHERE last_seen >= $__fromTime_ms AND producer_id IN (SELECT producer_id FROM counted)
)

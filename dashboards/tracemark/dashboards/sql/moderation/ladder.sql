SELECT
    service_id,
    argMax(of_case, occurred_at) AS case_id,
    arrayMap(step -> step.2, arraySort(groupArray((occurred_at, toString(action))))) AS ladder,
    uniqExact(of_case) AS cases,
    countIf({{sanctions}} AND (basis_law = '' OR basis_contract = '')) AS without_basis,
    countIf(automated) AS by_machine,
    countIf(appeal = 'filed') AS appeals,
    countIf(appeal = 'overturned') AS overturned,
    max(occurred_at) AS last_measure
FROM
(
    SELECT tenant_id, service_id, case_id AS of_case, occurred_at, action, basis_law, basis_contract, automated, appeal,
        if(subject_ref = '', toString(event_id), subject_ref) AS person
    FROM events_records
    WHERE {{scope}}
        AND {{models}}
        AND event_type = 'moderation.action'
        AND moderation_target = 'user'
        AND action != 'pass'
)
GROUP BY tenant_id, service_id, person
ORDER BY without_basis DESC, length(ladder) DESC, last_measure DESC, case_id
LIMIT 200

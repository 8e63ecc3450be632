WITH
'INV-7' AS duty,
{{judged}},
measures AS (
    SELECT
        tenant_id,
        service_id,
        case_id AS of_case,
        occurred_at,
        action,
        basis_law,
        basis_contract,
        automated,
        appeal,
        if(subject_ref = '', toString(event_id), subject_ref) AS person,
        toString(event_id) IN (SELECT event_id FROM judged WHERE has(splitByChar(',', reason), 'not_reported')) AS is_unreported,
        toString(event_id) IN (SELECT event_id FROM judged WHERE has(splitByChar(',', reason), 'jump_without_reason')) AS is_jump
    FROM events_records
    WHERE {{known_cases}}
        AND {{services}}
        AND {{models}}
        AND event_type = 'moderation.action'
        AND moderation_target = 'user'
        AND action != 'pass'
        AND ($__timeFilter_ms(_broker_ts) OR toString(event_id) IN (SELECT event_id FROM judged))
)
SELECT
    service_id,
    argMax(of_case, occurred_at) AS case_id,
    arrayMap(step -> step.2, arraySort(groupArray((occurred_at, toString(action))))) AS ladder,
    uniqExact(of_case) AS cases,
    countIf({{sanctions}} AND (basis_law = '' OR basis_contract = '')) AS without_basis,
    if(countIf(is_unreported) = 0 AND {{in_doubt}}, NULL, countIf(is_unreported)) AS not_reported,
    if(countIf(is_jump) = 0 AND {{in_doubt}}, NULL, countIf(is_jump)) AS jump_without_reason,
    countIf(automated) AS by_machine,
    countIf(appeal = 'filed') AS appeals,
    countIf(appeal = 'overturned') AS overturned,
    max(occurred_at) AS last_measure
FROM measures
GROUP BY tenant_id, service_id, person
ORDER BY without_basis + ifNull(not_reported, 0) + ifNull(jump_without_reason, 0) DESC, length(ladder) DESC, last_measure DESC, case_id
LIMIT 200

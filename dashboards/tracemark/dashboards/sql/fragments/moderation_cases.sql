'INV-6' AS duty,
['subversion', 'national_security', 'national_image', 'separatism', 'social_stability', 'terrorism', 'extremism',
    'ethnic_hatred', 'ethnic_discrimination', 'violence', 'obscenity', 'false_harmful'] AS illegal_codes,
toDateTime64(0, 6, 'UTC') AS never,
{{judged}},
taken AS (
    WITH event_type = 'moderation.action' AND moderation_target = 'content' AND moderation_stage != 'input' AS on_content,
        on_content AND action NOT IN ('pass', 'restore', 'lift') AS is_measure,
        is_measure AND detector IN ('human', 'authority_order') AS is_by_people
    SELECT
        tenant_id,
        case_id,
        argMinIf(service_id, occurred_at, on_content) AS service,
        argMinIf(content_id, occurred_at, is_measure AND content_id != '') AS content,
        arraySort(groupUniqArrayArrayIf(reason_codes, is_measure)) AS reasons,
        countIf(is_by_people) AS confirmed,
        groupArrayIf((content_id, occurred_at, toString(action), ifNull(detected_at, occurred_at), toString(moderation_stage)),
            on_content AND action != 'pass') AS acts,
        groupArrayIf((content_id, occurred_at), is_by_people AND hasAny(reason_codes, illegal_codes)) AS illegal,
        minOrNullIf(ifNull(sent_at, occurred_at), event_type = 'authority.report' AND report_state IN ('sent', 'acknowledged')) AS reported_at,
        minOrNullIf(occurred_at, event_type = 'model.remediation' AND remediation_state != 'failed') AS remediated_at,
        maxIf(_broker_ts, is_measure) AS last_measure
    FROM events_records
    WHERE {{known_records}}
        AND event_type IN ('moderation.action', 'authority.report', 'model.remediation')
        AND case_id != ''
    GROUP BY tenant_id, case_id
    HAVING countIf(is_measure AND {{models}}) > 0
        AND ($__timeFilter_ms(last_measure) OR (tenant_id, case_id) IN (SELECT tenant_id, case_id FROM judged))
),
-- The steps as the duty has them: every content of the case, after it was restored for the last time; of a case in which nobody found
-- anything illegal, or which was restored as a whole, all that was done.
cases AS (
    SELECT
        tenant_id,
        case_id,
        service AS service_id,
        content,
        reasons,
        confirmed,
        reported_at,
        remediated_at,
        arrayFilter(f -> NOT arrayExists(a -> a.3 = 'restore' AND a.2 > f.2 AND (a.1 = f.1 OR a.1 = '' OR f.1 = ''), acts), illegal) AS standing,
        arrayDistinct(if(notEmpty(standing), arrayMap(f -> f.1, standing),
            arrayMap(a -> a.1, arrayFilter(a -> a.3 NOT IN ('restore', 'lift'), acts)))) AS contents,
        arrayMap(c -> arrayFilter(a -> a.1 = c OR a.1 = '' OR c = '', acts), contents) AS on_each,
        arrayMap(mine -> if(notEmpty(standing), arrayMax(a -> if(a.3 = 'restore', a.2, never), mine), never), on_each) AS restored,
        arrayMap((mine, since) -> arrayFilter(a -> a.2 >= since AND a.3 != 'restore', mine), on_each, restored) AS lasting,
        arrayMin(arrayMap(mine -> arrayMin(a -> a.4, mine), lasting)) AS found_at,
        arrayMap(mine -> arrayMin(arrayMap(a -> a.2, arrayFilter(
            a -> a.3 IN ('stop_generation', 'stop_transmission', 'block', 'disconnect_link'), mine))), lasting) AS stopped,
        arrayMap(mine -> arrayMin(arrayMap(a -> a.2, arrayFilter(
            a -> a.3 = 'remove' OR (a.3 = 'block' AND a.5 IN ('generation', 'output')), mine))), lasting) AS removed,
        if(arrayMin(stopped) > never, arrayMax(stopped), NULL) AS stopped_at,
        if(arrayMin(removed) > never, arrayMax(removed), NULL) AS removed_at
    FROM taken
    WHERE {{services}}
),
found AS (
    SELECT cases.tenant_id AS tenant_id, cases.case_id AS case_id, cases.service_id AS service_id, content, reasons, confirmed,
        found_at, stopped_at, removed_at, reported_at, remediated_at, judged.reason AS breach
    FROM cases
    LEFT ANY JOIN judged ON cases.tenant_id = judged.tenant_id AND cases.case_id = judged.case_id
)

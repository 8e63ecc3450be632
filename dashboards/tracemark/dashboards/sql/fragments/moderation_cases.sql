'INV-6' AS duty,
['subversion', 'national_security', 'national_image', 'separatism', 'social_stability', 'terrorism', 'extremism',
    'ethnic_hatred', 'ethnic_discrimination', 'violence', 'obscenity', 'false_harmful'] AS illegal_codes,
toDateTime64(0, 6, 'UTC') AS never,
{{judged}},
taken AS (
    WITH if(clock_suspect, toDateTime64(_broker_ts, 6, 'UTC'), occurred_at) AS moment,
        moderation_target = 'content' AND moderation_stage != 'input' AND action != 'pass' AS on_content,
        moderation_target = 'link' AND action = 'disconnect_link' AS on_link,
        on_content AND action NOT IN ('restore', 'lift') AS is_measure,
        is_measure AND detector IN ('human', 'authority_order') AS is_by_people
    SELECT
        tenant_id,
        case_id,
        argMinIf(service_id, moment, on_content) AS service,
        argMinIf(content_id, moment, is_measure AND content_id != '') AS content,
        arraySort(groupUniqArrayArrayIf(reason_codes, is_measure)) AS reasons,
        countIf(is_by_people) AS confirmed,
        groupArrayIf(
            CAST(
                (content_id, moment, if(clock_suspect, moment, ifNull(detected_at, moment)), toString(action), toString(moderation_stage),
                    is_by_people AND hasAny(reason_codes, illegal_codes)),
                'Tuple(content String, at DateTime64(6, ''UTC''), found DateTime64(6, ''UTC''), action String, stage String, confirms Bool)'
            ),
            event_type = 'moderation.action' AND (on_content OR on_link)
        ) AS acts,
        groupArrayIf(if(clock_suspect, moment, ifNull(sent_at, moment)),
            event_type = 'authority.report' AND report_state IN ('sent', 'acknowledged')) AS reports,
        groupArrayIf(moment, event_type = 'model.remediation' AND remediation_state != 'failed') AS remedies
    FROM events_records
    WHERE {{known_cases}}
        AND event_type IN ('moderation.action', 'authority.report', 'model.remediation')
        AND case_id != ''
    GROUP BY tenant_id, case_id
    HAVING countIf(is_measure AND {{models}}) > 0
        AND ($__timeFilter_ms(maxIf(_broker_ts, is_measure)) OR (tenant_id, case_id) IN (SELECT tenant_id, case_id FROM judged))
),
-- The contents that the duty judges: found to be illegal by people, and not restored since. Of a case without one, all that it is about.
cases AS (
    SELECT
        tenant_id,
        case_id,
        service AS service_id,
        content,
        reasons,
        confirmed,
        acts,
        reports,
        remedies,
        arrayFilter(
            f -> f.confirms
                AND NOT arrayExists(a -> a.action = 'restore' AND a.at > f.at AND (a.content IN (f.content, '') OR f.content = ''), acts),
            acts
        ) AS illegal,
        notEmpty(illegal) AS standing,
        arrayDistinct(if(standing, illegal, arrayFilter(a -> a.action NOT IN ('restore', 'lift'), acts)).content) AS contents
    FROM taken
    WHERE {{services}}
),
-- The steps as the duty has them: of each content, after it was restored for the last time. An act that names none counts for all.
steps AS (
    SELECT
        tenant_id,
        case_id,
        service_id,
        content,
        reasons,
        confirmed,
        arrayJoin(contents) AS each,
        arrayFilter(a -> a.content IN (each, '') OR each = '', acts) AS own,
        if(standing, arrayMax(a -> if(a.action = 'restore', a.at, never), own), never) AS restored,
        arrayFilter(a -> a.at >= restored AND a.action != 'restore', own) AS lasting,
        greatest(restored, arrayMin(arrayFilter(a -> a.content = each, lasting).found)) AS found,
        found = min(found) OVER (PARTITION BY tenant_id, case_id) AS is_first,
        arrayMin(arrayFilter(
            a -> a.action IN ('stop_generation', 'stop_transmission', 'block', 'disconnect_link'), lasting).at) AS stopped,
        arrayMin(arrayFilter(
            a -> a.action = 'remove' OR (a.action = 'block' AND a.stage IN ('generation', 'output')), lasting).at) AS removed,
        -- A report tells what was found before it, the first ones what the case began with; a remedy mends the model for every content.
        arrayMin(arrayFilter(r -> r >= if(is_first, restored, found), reports)) AS reported,
        arrayMin(arrayFilter(r -> r >= restored, remedies)) AS remedied
    FROM cases
),
-- A step of the case is done when it is done for every content.
reached AS (
    SELECT
        tenant_id,
        case_id,
        any(steps.service_id) AS service_id,
        any(steps.content) AS content,
        any(steps.reasons) AS reasons,
        any(steps.confirmed) AS confirmed,
        min(found) AS found_at,
        if(min(stopped) > never, max(stopped), NULL) AS stopped_at,
        if(min(removed) > never, max(removed), NULL) AS removed_at,
        if(min(reported) > never, max(reported), NULL) AS reported_at,
        if(min(remedied) > never, max(remedied), NULL) AS remediated_at
    FROM steps
    GROUP BY tenant_id, case_id
),
found AS (
    SELECT reached.tenant_id AS tenant_id, reached.case_id AS case_id, reached.service_id AS service_id, content, reasons, confirmed,
        found_at, stopped_at, removed_at, reported_at, remediated_at, judged.reason AS breach
    FROM reached
    LEFT ANY JOIN judged ON reached.tenant_id = judged.tenant_id AND reached.case_id = judged.case_id
)

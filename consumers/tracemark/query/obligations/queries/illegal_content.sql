-- One row per confirmed case of illegal content that was generated: stopped, removed, reported, and linked to a remedy of the model.
-- Confirmed: a person or an authority found it. A refused input generated nothing; restored content was found lawful after all,
-- and is judged anew when it is found again. Every content of a case is stopped and removed; a step that names none counts for all.
-- A step is late against the target in force when the content was found; without a target only its absence is judged.
WITH ['subversion', 'national_security', 'national_image', 'separatism', 'social_stability', 'terrorism', 'extremism',
      'ethnic_hatred', 'ethnic_discrimination', 'violence', 'obscenity', 'false_harmful'] AS illegal_codes,
taken AS (
    SELECT tenant_id, case_id,
        argMinIf(service_id, occurred_at, on_content) AS service_id,
        argMinIf(toString(event_id), occurred_at, on_content) AS event_id,
        argMinIf(request_id, occurred_at, on_content) AS request_id,
        argMinIf(content_id, occurred_at, on_content) AS first_content,
        groupArrayIf((content_id, occurred_at, toString(action), ifNull(detected_at, occurred_at),
            toString(moderation_stage)), on_content AND action != 'pass') AS acts,
        groupArrayIf((content_id, occurred_at, _broker_ts), on_content AND detector IN ('human', 'authority_order')
            AND action NOT IN ('pass', 'restore') AND hasAny(reason_codes, illegal_codes)) AS confirmed,
        minIf(ifNull(sent_at, occurred_at), event_type = 'authority.report'
            AND report_state IN ('sent', 'acknowledged')) AS reported_at,
        minIf(occurred_at, event_type = 'model.remediation' AND remediation_state != 'failed') AS remediated_at,
        max(clock_suspect) AS suspect
    FROM (
        SELECT *, event_type = 'moderation.action' AND moderation_target = 'content' AND moderation_stage != 'input' AS on_content
        FROM events_records
        WHERE event_type IN ('moderation.action', 'authority.report', 'model.remediation')
            AND case_id != '' AND {{known}} AND {{tenants}}
    )
    GROUP BY tenant_id, case_id
    HAVING notEmpty(confirmed) AND {{scope}} AND max(on_content AND {{in_scope}})
),
cases AS (
    SELECT *,
        arrayFilter(f -> NOT arrayExists(a -> a.3 = 'restore' AND a.2 > f.2 AND (a.1 = f.1 OR a.1 = '' OR f.1 = ''), acts),
            confirmed) AS standing,
        arrayDistinct(arrayMap(f -> f.1, standing)) AS contents,
        arrayMap(c -> arrayFilter(a -> a.1 = c OR a.1 = '' OR c = '', acts), contents) AS on_each,
        arrayMap(mine -> arrayMax(a -> if(a.3 = 'restore', a.2, toDateTime64(0, 6, 'UTC')), mine), on_each) AS restored,
        arrayMap((mine, since) -> arrayFilter(a -> a.2 >= since AND a.3 != 'restore', mine), on_each, restored) AS taken_since,
        arrayMin(arrayMap(mine -> arrayMin(a -> a.4, mine), taken_since)) AS found_at,
        arrayMap(mine -> arrayMin(arrayMap(a -> a.2, arrayFilter(
            a -> a.3 IN ('stop_generation', 'stop_transmission', 'block', 'disconnect_link'), mine))), taken_since) AS stopped,
        arrayMap(mine -> arrayMin(arrayMap(a -> a.2, arrayFilter(
            a -> a.3 = 'remove' OR (a.3 = 'block' AND a.5 IN ('generation', 'output')), mine))), taken_since) AS removed,
        [
            ('stop', if(arrayMin(stopped) > toDateTime64(0, 6, 'UTC'), arrayMax(stopped), toDateTime64(0, 6, 'UTC'))),
            ('remove', if(arrayMin(removed) > toDateTime64(0, 6, 'UTC'), arrayMax(removed), toDateTime64(0, 6, 'UTC'))),
            ('report', reported_at),
            ('remediate', remediated_at)
        ] AS steps
    FROM taken
    WHERE notEmpty(standing) AND arrayMin(f -> f.3, standing) >= {from:DateTime64(6, 'UTC')}
        AND arrayMin(f -> f.3, standing) < {to:DateTime64(6, 'UTC')}
),
targets AS ({{limits}} AND policy_kind = 'moderation_targets' {{newest_limit}}),
judged AS (
    SELECT c.*, step.1 AS name, step.2 AS done_at, toUnixTimestamp64Micro(done_at) > 0 AS done,
        t.limit_value IS NOT NULL AS timed, {{due:found_at,t.limit_value,t.limit_unit}} AS due_at,
        multiIf(
            NOT done AND (NOT timed OR {as_of:DateTime64(6, 'UTC')} > due_at), concat('no_', name),
            done AND timed AND done_at > due_at, concat('late_', name),
            ''
        ) AS lack
    FROM (
        SELECT tenant_id, case_id, service_id, event_id, request_id, first_content AS content_id, found_at, suspect,
            arrayJoin(steps) AS step, step.1 AS applies_to
        FROM cases
    ) AS c
    ASOF LEFT JOIN targets AS t
        ON c.tenant_id = t.tenant_id AND c.service_id = t.service_id AND c.applies_to = t.applies_to
        AND c.found_at >= t.in_force
)
SELECT tenant_id, any(judged.service_id) AS service_id, any(judged.event_id) AS event_id,
    any(judged.request_id) AS request_id, any(judged.content_id) AS content_id, case_id, any(found_at) AS at,
    arraySort(groupArrayIf(lack, lack != '')) AS lacks,
    arrayStringConcat(lacks, ',') AS reason,
    NOT (max(suspect) AND notEmpty(lacks) AND arrayAll(l -> startsWith(l, 'late_'), lacks)) AS usable
FROM judged
GROUP BY tenant_id, case_id

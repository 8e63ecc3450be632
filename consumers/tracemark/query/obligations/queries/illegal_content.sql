-- One row per confirmed case of illegal content that was generated: stopped, removed, reported, and linked to a remedy of the model.
-- Confirmed: a person or an authority found it. A refused input generated nothing; restored content was found lawful after all.
-- A step is late against the target in force when the content was found; without a target only its absence is judged.
WITH ['subversion', 'national_security', 'national_image', 'separatism', 'social_stability', 'terrorism', 'extremism',
      'ethnic_hatred', 'ethnic_discrimination', 'violence', 'obscenity', 'false_harmful'] AS illegal_codes,
cases AS (
    SELECT tenant_id, case_id,
        argMinIf(service_id, occurred_at, on_content) AS service_id,
        argMinIf(toString(event_id), occurred_at, on_content) AS event_id,
        argMinIf(request_id, occurred_at, on_content) AS request_id,
        argMinIf(content_id, occurred_at, on_content) AS content_id,
        minIf(ifNull(detected_at, occurred_at), on_content AND action != 'restore') AS found_at,
        minIf(_broker_ts, on_content) AS received_at,
        countIf(on_content AND detector IN ('human', 'authority_order') AND action NOT IN ('pass', 'restore')
            AND hasAny(reason_codes, illegal_codes)) AS confirmed,
        maxIf(occurred_at, on_content AND action = 'restore') AS restored_at,
        maxIf(occurred_at, on_content AND action NOT IN ('pass', 'restore')) AS measured_at,
        max(clock_suspect) AS suspect,
        [
            ('stop', minIf(occurred_at, on_content AND action IN
                ('stop_generation', 'stop_transmission', 'block', 'disconnect_link'))),
            ('remove', minIf(occurred_at, on_content AND (action = 'remove'
                OR (action = 'block' AND moderation_stage IN ('generation', 'output'))))),
            ('report', minIf(ifNull(sent_at, occurred_at), event_type = 'authority.report'
                AND report_state IN ('sent', 'acknowledged'))),
            ('remediate', minIf(occurred_at, event_type = 'model.remediation' AND remediation_state != 'failed'))
        ] AS steps
    FROM (
        SELECT *, event_type = 'moderation.action' AND moderation_target = 'content' AND moderation_stage != 'input' AS on_content
        FROM events_records
        WHERE event_type IN ('moderation.action', 'authority.report', 'model.remediation')
            AND case_id != '' AND {{known}} AND {{tenants}}
    )
    GROUP BY tenant_id, case_id
    HAVING confirmed > 0 AND restored_at <= measured_at
        AND received_at >= {from:DateTime64(6, 'UTC')} AND received_at < {to:DateTime64(6, 'UTC')}
        AND ({service:String} = '' OR service_id = {service:String})
),
targets AS ({{limits}} AND policy_kind = 'moderation_targets'),
judged AS (
    SELECT c.*, step.1 AS name, step.2 AS done_at, toUnixTimestamp64Micro(done_at) > 0 AS done,
        t.limit_value IS NOT NULL AS timed, {{due:found_at,t.limit_value,t.limit_unit}} AS due_at,
        multiIf(
            NOT done AND (NOT timed OR {as_of:DateTime64(6, 'UTC')} > due_at), concat('no_', name),
            done AND timed AND done_at > due_at, concat('late_', name),
            ''
        ) AS lack
    FROM (SELECT *, arrayJoin(steps) AS step, step.1 AS applies_to FROM cases) AS c
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

-- One row per confirmed case of illegal content that was generated: stopped, removed, reported, and linked to a remedy of the model.
-- Confirmed: a person or an authority found it. A refused input generated nothing; restored content was found lawful after all,
-- and is judged anew when it is found again. Each content of a case is judged by itself, from when it was found, and the row is about
-- the first at fault. An act that names none counts for all. A report tells what was found before it, and the first ones what the
-- case began with; a remedy mends the model for every content.
-- A step is late against the target in force when the content was found; without a target only its absence is judged.
-- A case is judged in every window in which something about it arrived, or in which a step was still to come.
WITH ['subversion', 'national_security', 'national_image', 'separatism', 'social_stability', 'terrorism', 'extremism',
      'ethnic_hatred', 'ethnic_discrimination', 'violence', 'obscenity', 'false_harmful'] AS illegal_codes,
moves AS (
    SELECT *, {{moment}} AS at,
        moderation_target = 'content' AND moderation_stage != 'input' AND action != 'pass' AS on_content,
        moderation_target = 'link' AND action = 'disconnect_link' AS on_link,
        on_content AND detector IN ('human', 'authority_order') AND action != 'restore'
            AND hasAny(reason_codes, illegal_codes) AS confirms
    FROM events_records
    WHERE event_type IN ('moderation.action', 'authority.report', 'model.remediation')
        AND case_id != '' AND {{known}} AND {{tenants}}
),
cases AS (
    SELECT tenant_id, case_id, argMinIf(service_id, at, on_content) AS service_id,
        arraySort(a -> a.at, groupArrayIf(
            CAST(
                (content_id, at, if(clock_suspect, at, ifNull(detected_at, at)), toString(action), toString(moderation_stage),
                    confirms, _broker_ts, toString(event_id), request_id),
                'Tuple(content String, at DateTime64(6, ''UTC''), found DateTime64(6, ''UTC''), action String, stage String,
                    confirms Bool, received DateTime64(3, ''UTC''), event_id String, request_id String)'
            ),
            event_type = 'moderation.action' AND (on_content OR on_link)
        )) AS acts,
        groupArrayIf(if(clock_suspect, at, ifNull(sent_at, at)),
            event_type = 'authority.report' AND report_state IN ('sent', 'acknowledged')) AS reports,
        groupArrayIf(at, event_type = 'model.remediation' AND remediation_state != 'failed') AS remedies,
        countIf({{window}}) > 0 AS moved, max(clock_suspect) AS suspect
    FROM moves
    WHERE event_type != 'moderation.action' OR on_content OR on_link
    GROUP BY tenant_id, case_id
    HAVING arrayExists(a -> a.confirms, acts) AND {{scope}} AND max(on_content AND {{in_scope}})
),
contents AS (
    SELECT *, content_id,
        arrayFilter(a -> a.content IN (content_id, '') OR content_id = '', acts) AS own,
        arrayMax(a -> if(a.action = 'restore', a.at, toDateTime64(0, 6, 'UTC')), own) AS restored,
        arrayFilter(a -> a.at >= restored AND a.action != 'restore', own) AS taken,
        arrayFilter(a -> a.content = content_id, taken) AS named,
        greatest(restored, arrayMin(named.found)) AS found_at,
        found_at = min(found_at) OVER (PARTITION BY tenant_id, case_id) AS is_first,
        CAST(
            [
                ('stop', arrayFilter(a -> a.action IN ('stop_generation', 'stop_transmission', 'block', 'disconnect_link'), taken).at),
                ('remove', arrayFilter(a -> a.action = 'remove' OR (a.action = 'block' AND a.stage IN ('generation', 'output')), taken).at),
                ('report', arrayFilter(r -> r >= if(is_first, restored, found_at), reports)),
                ('remediate', arrayFilter(r -> r >= restored, remedies))
            ],
            'Array(Tuple(name String, done Array(DateTime64(6, ''UTC''))))'
        ) AS steps
    FROM cases
    ARRAY JOIN arrayDistinct(arrayFilter(a -> a.confirms, acts).content) AS content_id
    WHERE arrayExists(a -> a.confirms AND a.received < {to:DateTime64(6, 'UTC')}, named)
),
targets AS ({{limits}} AND policy_kind = 'moderation_targets' {{newest_limit}}),
judged AS (
    SELECT c.*, t.limit_value IS NOT NULL AS timed, {{due:found_at,t.limit_value,t.limit_unit}} AS due,
        {{certain:found_at,due,t.limit_unit}} AS certain,
        if(is_done, arrayMin(step.done), {as_of:DateTime64(6, 'UTC')}) AS until,
        moved OR t.news OR (timed AND certain >= {from:DateTime64(6, 'UTC')} AND until >= {from:DateTime64(6, 'UTC')}) AS open_then,
        multiIf(
            is_done AND NOT timed, '',
            timed AND until <= due, '',
            timed AND until <= certain, 'calendar_not_listed',
            concat(if(is_done, 'late_', 'no_'), step.name)
        ) AS lack
    FROM (
        SELECT tenant_id, case_id, service_id, content_id, found_at, named[1].event_id AS event_id,
            named[1].request_id AS request_id, moved, suspect,
            arrayJoin(steps) AS step, step.name AS applies_to, notEmpty(step.done) AS is_done
        FROM contents
    ) AS c
    ASOF LEFT JOIN targets AS t
        ON c.tenant_id = t.tenant_id AND c.service_id = t.service_id AND c.applies_to = t.applies_to
        AND c.found_at >= t.in_force
)
SELECT tenant_id, any(judged.service_id) AS service_id,
    argMin((judged.event_id, judged.request_id, judged.content_id, found_at), (lack = '', found_at)) AS worst,
    worst.1 AS event_id, worst.2 AS request_id, worst.3 AS content_id, case_id, worst.4 AS at,
    arraySort(groupUniqArrayIf(lack, lack != '')) AS lacks,
    max(suspect) AS in_doubt, if(empty(lacks) AND in_doubt, 'clock_suspect', arrayStringConcat(lacks, ',')) AS reason,
    reason = '' OR arrayExists(l -> startsWith(l, 'no_') OR (startsWith(l, 'late_') AND NOT in_doubt), lacks) AS usable
FROM judged
GROUP BY tenant_id, case_id
HAVING max(open_then)

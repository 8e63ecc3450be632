-- One row per measure against a user: legal and contract basis, a reason for every jump up the ladder, and the report, in time where
-- the provider published a target. The ladder is the user's, over all services of the tenant; of an erased user nobody knows what came
-- before, nor of anybody whether an erased user's measure was theirs.
-- A measure is judged in the window in which it arrived, and in every one in which its report was still to come.
WITH reports AS (
    SELECT tenant_id, case_id, min(if(clock_suspect, {{moment}}, ifNull(sent_at, occurred_at))) AS reported_at,
        max(clock_suspect) AS suspect
    FROM events_records
    WHERE event_type = 'authority.report' AND report_state IN ('sent', 'acknowledged') AND case_id != ''
        AND {{known}} AND {{tenants}}
    GROUP BY tenant_id, case_id
),
targets AS ({{limits}} AND policy_kind = 'moderation_targets' AND applies_to = 'report' {{newest_limit}}),
ladder AS (
    SELECT *, {{moment}} AS happened, {{window}} AS moved, {{scope}} AS asked,
        transform(toString(action), ['warn', 'restrict_function', 'suspend_service', 'terminate_service', 'close_account'],
            [1, 2, 3, 4, 5], 0) AS rank,
        if(subject_ref = '', toString(event_id), subject_ref) AS person,
        max(rank) OVER (PARTITION BY tenant_id, person
            ORDER BY happened ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS before,
        maxIf(rank, erased_by != '') OVER (PARTITION BY tenant_id
            ORDER BY happened ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS forgotten,
        max(clock_suspect) OVER (PARTITION BY tenant_id, person) AS suspect
    FROM events_records
    WHERE event_type = 'moderation.action' AND moderation_target = 'user' AND {{measures}} AND {{known}} AND {{tenants}}
)
SELECT l.tenant_id AS tenant_id, l.service_id AS service_id, toString(l.event_id) AS event_id,
    l.request_id AS request_id, l.content_id AS content_id, l.case_id AS case_id, l.happened AS at,
    r.case_id != '' AS is_reported, t.limit_value IS NOT NULL AS timed,
    {{due:l.happened,t.limit_value,t.limit_unit}} AS due, {{certain:l.happened,due,t.limit_unit}} AS certain,
    if(is_reported, r.reported_at, {as_of:DateTime64(6, 'UTC')}) AS until,
    arrayDistinct(arrayFilter(code -> code != '', [
        if(l.basis_law = '', 'no_legal_basis', ''),
        if(l.basis_contract = '', 'no_contract_basis', ''),
        multiIf(
            notEmpty(l.reason_codes) OR l.rank = 1, '',
            l.suspect, 'clock_suspect',
            l.rank <= l.before + 1, '',
            l.erased_by != '' OR l.rank <= l.forgotten + 1, 'ladder_erased',
            'jump_without_reason'
        ),
        multiIf(
            NOT timed, if(is_reported, '', 'not_reported'),
            is_reported AND (l.clock_suspect OR r.suspect), 'clock_suspect',
            until <= due, '',
            until <= certain, 'calendar_not_listed',
            if(is_reported, 'late_report', 'not_reported')
        )
    ])) AS codes,
    arrayStringConcat(codes, ',') AS reason,
    reason = '' OR NOT hasAll(['clock_suspect', 'ladder_erased', 'calendar_not_listed'], codes) AS usable
FROM ladder AS l
LEFT ANY JOIN reports AS r ON l.tenant_id = r.tenant_id AND l.case_id = r.case_id
ASOF LEFT JOIN targets AS t
    ON l.tenant_id = t.tenant_id AND l.service_id = t.service_id AND l.happened >= t.in_force
WHERE l.asked AND l._broker_ts < {to:DateTime64(6, 'UTC')} AND {{in_scope}}
    AND (l.moved OR t.news OR (timed AND certain >= {from:DateTime64(6, 'UTC')} AND until >= {from:DateTime64(6, 'UTC')}))

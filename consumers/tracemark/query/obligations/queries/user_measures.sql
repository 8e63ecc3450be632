-- One row per measure against a user: legal and contract basis, a reason for every jump up the ladder, and the report.
-- The ladder is the user's, over all services of the tenant; of an erased user nobody knows what came before.
WITH reported AS (
    SELECT DISTINCT tenant_id, case_id
    FROM events_records
    WHERE event_type = 'authority.report' AND report_state IN ('sent', 'acknowledged') AND case_id != ''
        AND {{known}} AND {{tenants}}
),
targets AS ({{limits}} AND policy_kind = 'moderation_targets' AND applies_to = 'report' {{newest_limit}}),
ladder AS (
    SELECT *, {{moment}} AS happened, transform(toString(action), ['warn', 'restrict_function', 'suspend_service', 'terminate_service', 'close_account'],
            [1, 2, 3, 4, 5], 0) AS rank,
        max(rank) OVER (PARTITION BY tenant_id, if(subject_ref = '', toString(event_id), subject_ref)
            ORDER BY happened ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS before
    FROM events_records
    WHERE event_type = 'moderation.action' AND moderation_target = 'user' AND {{measures}} AND {{known}} AND {{tenants}}
)
SELECT l.tenant_id AS tenant_id, l.service_id AS service_id, toString(l.event_id) AS event_id,
    l.request_id AS request_id, l.content_id AS content_id, l.case_id AS case_id, l.happened AS at,
    (l.tenant_id, l.case_id) IN (SELECT tenant_id, case_id FROM reported) AS is_reported,
    t.limit_value IS NOT NULL AND {as_of:DateTime64(6, 'UTC')} <= {{due:l.happened,t.limit_value,t.limit_unit}} AS pending,
    arrayStringConcat(arrayFilter(code -> code != '', [
        if(l.basis_law = '', 'no_legal_basis', ''),
        if(l.basis_contract = '', 'no_contract_basis', ''),
        if(empty(l.reason_codes) AND l.rank > l.before + 1, if(l.erased_by = '', 'jump_without_reason', 'ladder_erased'), ''),
        if(NOT is_reported AND NOT pending, 'not_reported', '')
    ]), ',') AS reason,
    reason != 'ladder_erased' AS usable
FROM ladder AS l
ASOF LEFT JOIN targets AS t
    ON l.tenant_id = t.tenant_id AND l.service_id = t.service_id AND l.happened >= t.in_force
WHERE l._broker_ts >= {from:DateTime64(6, 'UTC')} AND l._broker_ts < {to:DateTime64(6, 'UTC')}
    AND ({service:String} = '' OR l.service_id = {service:String}) AND l.service_id != 'tracemark-canary' AND {{in_scope}}

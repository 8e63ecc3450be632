{{judged}},
cases AS (
    WITH event_type = 'moderation.action' AND moderation_target = 'content' AND action NOT IN ('pass', 'restore', 'lift') AS on_content
    SELECT
        tenant_id,
        case_id,
        anyIf(service_id, on_content) AS service,
        anyIf(content_id, on_content AND content_id != '') AS content,
        arraySort(groupUniqArrayArrayIf(reason_codes, on_content)) AS reasons,
        countIf(on_content AND detector IN ('human', 'authority_order')) AS confirmed,
        minIf(ifNull(detected_at, occurred_at), on_content) AS found_at,
        minOrNullIf(occurred_at, on_content
            AND action IN ('refuse', 'stop_generation', 'stop_transmission', 'block', 'disconnect_link')) AS stopped_at,
        minOrNullIf(occurred_at, on_content AND action IN ('remove', 'block')) AS removed_at,
        minOrNullIf(ifNull(sent_at, occurred_at), event_type = 'authority.report' AND report_state IN ('sent', 'acknowledged')) AS reported_at,
        minOrNullIf(ifNull(completed_at, occurred_at), event_type = 'model.remediation' AND remediation_state = 'completed') AS remediated_at,
        maxIf(_broker_ts, on_content) AS last_measure,
        (tenant_id, case_id) IN (
            SELECT tenant_id, case_id FROM judged WHERE obligation = 'INV-6' AND has(splitByChar(',', reason), 'no_report')
        ) AS report_overdue,
        (tenant_id, case_id) IN (
            SELECT tenant_id, case_id FROM judged WHERE obligation = 'INV-6' AND has(splitByChar(',', reason), 'no_remediate')
        ) AS remedy_overdue
    FROM events_records
    WHERE {{known_records}}
        AND event_type IN ('moderation.action', 'authority.report', 'model.remediation')
        AND case_id != ''
    GROUP BY tenant_id, case_id
    HAVING countIf(on_content AND {{models}}) > 0 AND $__timeFilter_ms(last_measure)
)

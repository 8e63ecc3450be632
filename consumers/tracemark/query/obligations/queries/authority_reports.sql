-- One row per case and authority that it was reported to, or is about to be: the report went out, was not rejected, and its
-- receipt is on file. The last word counts; what one authority acknowledged says nothing about another.
SELECT tenant_id, argMax(service_id, occurred_at) AS service_id, argMax(id, occurred_at) AS event_id,
    argMax(request_id, occurred_at) AS request_id, max(content_id) AS content_id, case_id, max(occurred_at) AS at,
    argMax(report_state, occurred_at) AS last,
    multiIf(last = 'draft', 'never_sent', last = 'rejected', 'rejected',
        last = 'acknowledged' AND max(receipt_ref) = '', 'no_receipt', '') AS reason,
    1 AS usable
FROM (
    SELECT *, toString(event_id) AS id, if(case_id = '', id, authority) AS told
    FROM events_records
    WHERE event_type = 'authority.report' AND {{known}} AND {{tenants}}
)
GROUP BY tenant_id, case_id, told
HAVING max(_broker_ts) >= {from:DateTime64(6, 'UTC')} AND max(_broker_ts) < {to:DateTime64(6, 'UTC')} AND {{scope}}
    AND max({{in_scope}})

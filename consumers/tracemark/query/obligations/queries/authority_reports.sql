-- One row per case that was reported, or is about to be: the report went out, was not rejected, and its receipt is on file.
SELECT tenant_id, argMax(service_id, occurred_at) AS service, service AS service_id, argMax(toString(event_id), occurred_at) AS event_id,
    any(request_id) AS request_id, max(content_id) AS content_id, case_id, max(occurred_at) AS at,
    argMax(report_state, occurred_at) AS last,
    multiIf(last = 'draft', 'never_sent', last = 'rejected', 'rejected',
        last = 'acknowledged' AND max(receipt_ref) = '', 'no_receipt', '') AS reason,
    1 AS usable
FROM events_records
WHERE event_type = 'authority.report' AND {{known}} AND {{scope}}
GROUP BY tenant_id, case_id
HAVING max(_broker_ts) >= {from:DateTime64(6, 'UTC')} AND max(_broker_ts) < {to:DateTime64(6, 'UTC')}

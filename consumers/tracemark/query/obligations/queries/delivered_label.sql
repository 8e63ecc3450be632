-- One row per hand-over by download, copy or export. Nobody looked (not_checked) is no evidence, neither good nor bad.
-- Missing is met by a grant to the same recipient, given no later than the hand-over and not expired at it.
-- Once either recipient was erased, only the grant's id can tell that they were the same.
WITH grants AS (
    SELECT tenant_id, content_id,
        groupArray((granted_at, ends_at, recipient_ref, grant_id, erased, suspect)) AS given
    FROM ({{valid_grants}})
    GROUP BY tenant_id, content_id
)
SELECT {{row}},
    arrayFilter(g -> (g.3 = d.recipient_ref AND g.3 != '')
        OR (g.4 = d.grant_id AND g.4 != '' AND (g.5 OR d.erased_by != '')), given) AS same,
    arrayExists(g -> g.1 <= d.occurred_at AND g.2 >= d.occurred_at AND NOT g.6, same) AS granted,
    multiIf(
        explicit_verdict = 'verified', '',
        explicit_verdict = 'not_checked', 'not_checked',
        empty(given), 'no_explicit_label',
        empty(same) AND (d.erased_by != '' OR arrayExists(g -> g.5, given)), 'recipient_erased',
        empty(same) AND d.recipient_ref = '', 'recipient_not_recorded',
        empty(same), 'granted_to_another',
        granted AND NOT d.clock_suspect, '',
        d.clock_suspect OR arrayExists(g -> g.6, same), 'clock_suspect',
        arrayAll(g -> g.1 > d.occurred_at, same), 'granted_later',
        'grant_expired'
    ) AS reason,
    reason NOT IN ('not_checked', 'recipient_erased', 'recipient_not_recorded', 'clock_suspect') AS usable
FROM events_traffic AS d
LEFT ANY JOIN grants USING (tenant_id, content_id)
WHERE event_type = 'content.delivered' AND {{window}} AND {{scope}} AND {{in_scope}} AND {{in_force}}
    AND delivery_channel IN ('download', 'copy', 'export') AND startsWith(duty_basis, 'ds17_1_')

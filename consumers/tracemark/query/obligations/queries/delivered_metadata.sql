-- One row per file handed over: the implicit label was found in it. No grant waives this one.
SELECT {{row}},
    multiIf(implicit_verdict = 'verified', '', implicit_verdict = 'missing', 'no_implicit_label', 'not_checked') AS reason,
    implicit_verdict != 'not_checked' AS usable
FROM events_traffic
WHERE event_type = 'content.delivered' AND {{window}} AND {{scope}} AND {{in_scope}} AND {{in_force}}
    AND delivery_channel IN ('download', 'copy', 'export') AND media_type != ''

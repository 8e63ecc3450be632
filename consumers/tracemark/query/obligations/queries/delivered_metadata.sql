-- One row per file handed over, to people or through an API or a publication: the implicit label was found in it. No grant waives it.
-- What is only shown or streamed leaves no file with anybody.
SELECT {{row}},
    multiIf(implicit_verdict = 'verified', '', implicit_verdict = 'missing', 'no_implicit_label', 'not_checked') AS reason,
    implicit_verdict != 'not_checked' AS usable
FROM events_traffic
WHERE event_type = 'content.delivered' AND {{window}} AND {{scope}} AND {{in_scope}} AND {{in_force}}
    AND delivery_channel IN ('download', 'copy', 'export', 'api', 'publish') AND media_type != ''

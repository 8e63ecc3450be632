-- One row per verdict of a machine: which rule set and detector decided it.
SELECT {{row}}, multiIf(ruleset_version = '', 'no_ruleset_version', detector_version = '', 'no_detector_version', '') AS reason, 1 AS usable
FROM events_records
WHERE event_type = 'moderation.action' AND detector IN ('keyword', 'classifier', 'llm_judge') AND {{window}} AND {{scope}} AND {{in_scope}}

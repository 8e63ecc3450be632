-- One row per measure against a user that no person decided: an explanation is on file.
SELECT {{row}}, if(explanation_ref = '', 'no_explanation', '') AS reason, 1 AS usable
FROM events_records
WHERE event_type = 'moderation.action' AND moderation_target = 'user' AND automated AND {{measures}}
    AND {{window}} AND {{scope}} AND {{in_scope}}

-- One row per deletion of logs of a high-risk system received since the rule applies: none was gone before its floor.
-- Until the day on which both annexes apply, nothing says to which of them a system belongs.
SELECT tenant_id, service_id, event_id, request_id, content_id, case_id, at,
    if(judged = 'deleted_before_floor' AND at < {{date:both_annexes}}, 'annex_not_recorded', judged) AS reason,
    reason NOT IN ('clock_suspect', 'annex_not_recorded') AS usable
FROM (
    SELECT * EXCEPT (reason, usable), reason AS judged
    FROM (
        {{deletions}} AND {{in_scope}} AND applied_class = 'EU_HR' AND ifNull(newest_at, cutoff) >= {{date:first_annex}}
    )
)

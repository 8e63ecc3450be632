WITH
{{rights_cases}}
SELECT
    -- Without a due date in the event only a judgement knows: nobody judged, nothing is known.
    if(count() = 0 OR (countIf(due IS NULL) > 0
        AND (SELECT count() FROM duty_results WHERE $__timeFilter_ms(judged_at) AND obligation = 'INV-9') = 0), NULL,
        toInt64(countIf(overdue))) AS requests_overdue
FROM requests

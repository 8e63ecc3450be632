WITH
{{moderation_cases}}
SELECT
    -- Whether a report is due is judged by the provider's published targets: nobody judged, nothing is known.
    if(countIf(confirmed > 0) = 0 OR (SELECT count() FROM duty_results WHERE $__timeFilter_ms(judged_at) AND obligation = 'INV-6') = 0, NULL,
        toInt64(countIf(report_overdue AND reported_at IS NULL))) AS confirmed_without_report
FROM cases

SELECT {{row}},
    multiIf(
        clock_suspect, 'clock_suspect',
        addMonths(toTimeZone(ifNull(newest_at, cutoff), '{{zone}}'), {{floor:applied_class}}) <= occurred_at, '',
        'deleted_before_floor'
    ) AS reason,
    reason != 'clock_suspect' AS usable
FROM events_records
WHERE event_type = 'retention.applied' AND applied_action = 'dropped' AND {{window}} AND {{scope}}

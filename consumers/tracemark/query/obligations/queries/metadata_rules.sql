-- One row per file read back. The reserved codes may be empty; exactly one record may stand in a file.
SELECT {{row}},
    multiIf(
        label_state IN ('altered', 'forged', 'hidden'), toString(label_state),
        records_found = 0, 'no_record',
        records_found > 1, 'several_records',
        aigc_label = '', 'no_label_value',
        aigc_content_producer = '' OR aigc_produce_id = ''
            OR aigc_content_propagator = '' OR aigc_propagate_id = '', 'empty_key',
        notEmpty(label_errors), 'rule_broken',
        ''
    ) AS reason,
    1 AS usable
FROM events_traffic
WHERE event_type = 'label.verified' AND label_kind = 'implicit' AND label_carrier = 'file_metadata'
    AND {{window}} AND {{scope}} AND {{in_scope}} AND {{in_force}}

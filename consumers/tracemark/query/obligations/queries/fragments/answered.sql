multiIf(
        -- That nobody ever answered, or said why, is so by any clock.
        notEmpty(ended) AND empty(fed), 'closed_without_feedback',
        bare AND notEmpty(feedback), 'refused_without_reason',
        suspect, 'clock_suspect',
        notEmpty(ended) AND (empty(feedback) OR feedback[1] > ended[1]), 'closed_without_feedback',
        due IS NULL, 'no_limit_in_force',
        until > certain, if(empty(feedback), 'overdue', 'late_feedback'),
        until > due, 'calendar_not_listed',
        -- A due time that only the case states binds who stated it; that it was short enough nothing shows.
        value IS NULL, 'no_limit_in_force',
        -- A receipt that is not on record was earlier than the first move: what is late by that one is late, anything else open.
        empty(began), 'receipt_not_recorded',
        ''
    ) AS reason,
    reason NOT IN ('receipt_not_recorded', 'no_limit_in_force', 'clock_suspect', 'calendar_not_listed') AS usable

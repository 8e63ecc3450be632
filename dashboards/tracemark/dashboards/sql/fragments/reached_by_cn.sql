((service_scope IN ('public_mainland', 'offshore_to_mainland', 'undetermined') AND audience_class IN ('public_mainland', 'unknown'))
    OR (service_scope IN ('outside_mainland') AND audience_class IN ('public_mainland')))
AND (empty(jurisdiction) OR has(jurisdiction, 'cn'))

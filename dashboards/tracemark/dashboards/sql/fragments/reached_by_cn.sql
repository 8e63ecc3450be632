service_scope IN ('public_mainland', 'offshore_to_mainland', 'undetermined')
    AND audience_class IN ('public_mainland', 'unknown')
    AND (empty(jurisdiction) OR has(jurisdiction, 'cn'))

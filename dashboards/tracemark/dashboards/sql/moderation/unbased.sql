SELECT if(count() = 0, NULL, toInt64(countIf(basis_law = '' OR basis_contract = ''))) AS measures_without_basis
FROM events_records
WHERE {{scope}}
    AND {{models}}
    AND event_type = 'moderation.action'
    AND moderation_target = 'user'
    AND {{sanctions}}

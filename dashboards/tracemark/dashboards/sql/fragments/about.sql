{{choices}}
    AND {{models}}
    AND {{subjects}}
    AND $__conditionalAll(case_id = decodeURLComponent('${case_id:percentencode}'), $case_id)
    AND event_type != 'producer.session'

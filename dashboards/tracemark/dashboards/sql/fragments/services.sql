$__conditionalAll(service_id IN (SELECT arrayJoin(splitByChar(',', trim(BOTH '{}' FROM decodeURLComponent('${service:percentencode}'))))), $service)

$__conditionalAll(tenant_id IN (SELECT arrayJoin(splitByChar(',', trim(BOTH '{}' FROM decodeURLComponent('${tenant:percentencode}'))))), $tenant)

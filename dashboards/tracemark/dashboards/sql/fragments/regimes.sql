$__conditionalAll(regime IN (SELECT arrayJoin(splitByChar(',', trim(BOTH '{}' FROM decodeURLComponent('${regime:percentencode}'))))), $regime)

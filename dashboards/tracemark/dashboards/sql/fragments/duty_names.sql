$__conditionalAll(obligation IN (SELECT arrayJoin(splitByChar(',', trim(BOTH '{}' FROM decodeURLComponent('${obligation:percentencode}'))))), $obligation)

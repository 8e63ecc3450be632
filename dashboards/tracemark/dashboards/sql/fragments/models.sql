$__conditionalAll(model_id IN (SELECT arrayJoin(splitByChar(',', trim(BOTH '{}' FROM decodeURLComponent('${model:percentencode}'))))), $model)

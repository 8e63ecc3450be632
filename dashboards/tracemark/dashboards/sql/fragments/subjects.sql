$__conditionalAll(subject_ref = decodeURLComponent('${subject_ref:percentencode}'), $subject_ref)

multiIf(breach != '', breach, {{in_doubt}}, 'no evidence', '')

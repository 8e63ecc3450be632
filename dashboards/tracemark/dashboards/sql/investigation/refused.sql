SELECT if(countIf(event_type = 'output.generated') = 0, NULL,
    countIf(event_type = 'output.generated' AND finish = 'refused') / countIf(event_type = 'output.generated')) AS refused_share
FROM events
WHERE {{matter}}

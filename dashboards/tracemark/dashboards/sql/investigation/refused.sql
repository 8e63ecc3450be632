SELECT if(count() = 0, NULL, countIf(finish = 'refused') / count()) AS refused_share
FROM events
WHERE {{matter}}
    AND event_type = 'output.generated'

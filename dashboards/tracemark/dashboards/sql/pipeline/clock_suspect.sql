SELECT if(count() = 0, NULL, countIf(clock_suspect) / count()) AS clock_suspect_share
FROM events
WHERE {{scope}}

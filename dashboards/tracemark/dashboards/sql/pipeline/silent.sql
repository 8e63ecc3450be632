WITH
{{producers}}
SELECT if(count() = 0, NULL, countIf(state != 'close' AND last_seen < {{range_end}} - INTERVAL 2 MINUTE)) AS silent_sessions
FROM producers

WITH
{{sessions}}
SELECT countIf(state != 'close') AS open_sessions
FROM sessions

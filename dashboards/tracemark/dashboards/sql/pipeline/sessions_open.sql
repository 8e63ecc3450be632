WITH
{{producers}}
SELECT countIf(state != 'close') AS open_sessions
FROM producers

{{verdict_rows}}
WHERE verdict != 'pass'
{{worst_first}}

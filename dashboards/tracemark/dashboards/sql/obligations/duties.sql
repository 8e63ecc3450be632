{{verdict_rows}}
{{worst_first}}

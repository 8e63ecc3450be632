-- One row per output that must be marked: does any mark that a machine can read stand on it, of whatever carrier?
-- A system that was there before the rule has until a later day; of one whose beginning nobody declared nothing is known until then.
WITH marks AS ({{marks}}),
began AS ({{began}})
SELECT {{row}},
    multiIf(marked = 1, '', {{start_unknown}}, 'start_not_declared', 'not_marked') AS reason,
    reason != 'start_not_declared' AS usable
{{outputs_to_mark}}

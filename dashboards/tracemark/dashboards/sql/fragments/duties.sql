{{verdicts}},
duties AS (
    SELECT regime, obligation, article, gravity, reading, in_english, in_chinese, as_of, since, judged_things, breaches, unknown, verdict
    FROM verdicts
    WHERE {{regimes}}
)

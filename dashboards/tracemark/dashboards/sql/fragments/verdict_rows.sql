WITH
{{duties}}
SELECT
    obligation,
    verdict,
    breaches AS offending,
    judged_things AS denominator,
    unknown AS unusable,
    in_english AS duty_en,
    in_chinese AS duty_zh,
    article AS law,
    reading AS checked,
    gravity AS severity,
    regime,
    since AS received_since,
    as_of
FROM duties

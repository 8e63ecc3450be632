-- Of cases (begun, fed back, closed) and the limits for their kind: each cycle with what ended it and when it was due.
cycles AS (
    SELECT *, i, starts[i] AS start, if(i < length(starts), starts[i + 1], toDateTime64('2299-01-01 00:00:00', 6, 'UTC')) AS stop,
        arrayFilter(f -> f >= start AND f < stop, fed) AS feedback,
        arrayFilter(f -> f >= start AND f < stop, closed) AS ended
    FROM cases
    ARRAY JOIN arrayEnumerate(starts) AS i
),
special AS (
    SELECT c.*, s.limit_value AS special_value, s.limit_unit AS special_unit
    FROM cycles AS c
    ASOF LEFT JOIN (SELECT * FROM limits WHERE applies_to != '') AS s
        ON c.tenant_id = s.tenant_id AND c.service_id = s.service_id AND c.kind = s.applies_to AND c.start >= s.in_force
),
timed AS (
    SELECT c.*, g.limit_value AS general_value, g.limit_unit AS general_unit,
        multiIf(
            special_value IS NOT NULL, {{due:start,special_value,special_unit}},
            general_value IS NOT NULL, {{due:start,general_value,general_unit}},
            i = 1, stated_due, NULL
        ) AS due
    FROM special AS c
    ASOF LEFT JOIN (SELECT * FROM limits WHERE applies_to = '') AS g
        ON c.tenant_id = g.tenant_id AND c.service_id = g.service_id AND c.start >= g.in_force
)

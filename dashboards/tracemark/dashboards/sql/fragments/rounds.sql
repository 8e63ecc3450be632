-- A case begins anew when it is reopened, or received again once it was closed, as the duty has it; each round is answered by itself.
rounds AS (
    SELECT
        tenant_id,
        case_id,
        service AS service_id,
        kind,
        arrayJoin(arrayEnumerate(starts)) AS number,
        starts[number] AS received_at,
        if(number < length(starts), starts[number + 1], toDateTime64('2299-01-01', 6, 'UTC')) AS ended_at,
        arrayFilter(move -> move.1 >= received_at AND move.1 < ended_at, moves) AS own_moves,
        own_moves[-1].3 AS state,
        arrayLast(move -> move.4 IS NOT NULL, own_moves).4 AS due_at,
        arrayLast(move -> move.5 != '', own_moves).5 AS refusal_code,
        arrayFirstOrNull(sent -> sent >= received_at AND sent < ended_at, fed_back) AS feedback_at
    FROM cases
    WHERE {{services}}
),
found AS (
    SELECT rounds.tenant_id AS tenant_id, rounds.case_id AS case_id, rounds.service_id AS service_id, kind, received_at, state,
        due_at, refusal_code, feedback_at, judged.reason AS breach
    FROM rounds
    LEFT ANY JOIN judged
        ON rounds.tenant_id = judged.tenant_id AND rounds.case_id = judged.case_id AND rounds.received_at = judged.at
)

decodeURLComponent('${request_id:percentencode}') AS wanted_request,
decodeURLComponent('${content_id:percentencode}') AS wanted_content,
decodeURLComponent('${case_id:percentencode}') AS wanted_case,
toUUIDOrZero(decodeURLComponent('${event_id:percentencode}')) AS wanted_event,
-- Arrays, for each of these is then asked once, and found through a projection.
(
    SELECT groupArray((request_id, content_id, case_id))
    FROM events
    WHERE event_id = wanted_event AND {{tenants}}
) AS ids_of_event,
arrayFilter(id -> id != '', arrayPushBack(ids_of_event.3, wanted_case)) AS named_cases,
(
    SELECT arrayFilter(id -> id != '', arrayConcat(groupUniqArray(content_id), ids_of_event.2, [wanted_content]))
    FROM events
    WHERE case_id IN (SELECT arrayJoin(named_cases)) AND {{tenants}}
) AS named_contents,
(
    SELECT arrayFilter(id -> id != '', arrayConcat(groupUniqArray(request_id), ids_of_event.1, [wanted_request]))
    FROM events
    WHERE content_id IN (SELECT arrayJoin(named_contents)) AND {{tenants}}
) AS chain_requests,
(
    SELECT arrayConcat(named_contents, groupUniqArrayIf(content_id, content_id != ''))
    FROM events
    WHERE request_id IN (SELECT arrayJoin(chain_requests)) AND {{tenants}}
) AS chain_contents,
(
    SELECT arrayFilter(id -> id != '', arrayConcat(groupUniqArray(case_id), named_cases))
    FROM events
    WHERE content_id IN (SELECT arrayJoin(chain_contents)) AND {{tenants}}
) AS chain_cases,
(
    SELECT groupUniqArray(event_id)
    FROM
    (
        SELECT event_id FROM events WHERE request_id IN (SELECT arrayJoin(chain_requests)) AND {{tenants}}
        UNION ALL
        SELECT event_id FROM events WHERE content_id IN (SELECT arrayJoin(chain_contents)) AND {{tenants}}
        UNION ALL
        SELECT event_id FROM events WHERE case_id IN (SELECT arrayJoin(chain_cases)) AND {{tenants}}
        UNION ALL
        -- One that belongs to no request, content or case is a chain of its own.
        SELECT event_id FROM events WHERE event_id = wanted_event AND {{tenants}}
    )
) AS chain

decodeURLComponent('${request_id:percentencode}') AS wanted_request,
decodeURLComponent('${content_id:percentencode}') AS wanted_content,
decodeURLComponent('${case_id:percentencode}') AS wanted_case,
-- Arrays, for each of these is then asked once, and found through a projection.
(
    SELECT arrayFilter(id -> id != '', arrayPushBack(groupUniqArray(content_id), wanted_content))
    FROM events
    WHERE case_id = wanted_case AND case_id != '' AND {{tenants}}
) AS named_contents,
(
    SELECT arrayFilter(id -> id != '', arrayPushBack(groupUniqArray(request_id), wanted_request))
    FROM events
    WHERE content_id IN (SELECT arrayJoin(named_contents)) AND {{tenants}}
) AS chain_requests,
(
    SELECT arrayConcat(named_contents, groupUniqArrayIf(content_id, content_id != ''))
    FROM events
    WHERE request_id IN (SELECT arrayJoin(chain_requests)) AND {{tenants}}
) AS chain_contents,
(
    SELECT arrayFilter(id -> id != '', arrayPushBack(groupUniqArray(case_id), wanted_case))
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
    )
) AS chain

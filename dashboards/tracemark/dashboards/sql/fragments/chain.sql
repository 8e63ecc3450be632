decodeURLComponent('${request_id:percentencode}') AS wanted_request,
decodeURLComponent('${content_id:percentencode}') AS wanted_content,
decodeURLComponent('${case_id:percentencode}') AS wanted_case,
toUUIDOrZero(decodeURLComponent('${event_id:percentencode}')) AS wanted_event,
links AS (
    SELECT tenant_id, request_id, content_id, case_id, event_id, (toStartOfHour(occurred_at), event_id) AS place
    FROM events_traffic
    UNION ALL
    SELECT tenant_id, request_id, content_id, case_id, event_id, (toStartOfHour(occurred_at), event_id) AS place
    FROM events_records
),
-- Arrays, for each of these is then asked once, and found through a projection or an index. A place is where an event rests.
(
    SELECT groupArray((request_id, content_id, case_id, place))
    FROM links
    WHERE wanted_event != toUUID('00000000-0000-0000-0000-000000000000') AND event_id = wanted_event AND {{tenants}}
) AS of_event,
arrayFilter(id -> id != '', arrayPushBack(of_event.3, wanted_case)) AS named_cases,
(
    SELECT arrayFilter(id -> id != '', arrayConcat(groupUniqArray(content_id), of_event.2, [wanted_content]))
    FROM links
    WHERE case_id IN named_cases AND {{tenants}}
) AS named_contents,
(
    SELECT arrayFilter(id -> id != '', arrayConcat(groupUniqArray(request_id), of_event.1, [wanted_request]))
    FROM links
    WHERE content_id IN named_contents AND {{tenants}}
) AS chain_requests,
(
    SELECT groupArray((content_id, place))
    FROM links
    WHERE request_id IN chain_requests AND {{tenants}}
) AS of_requests,
arrayFilter(id -> id != '', arrayDistinct(arrayConcat(named_contents, of_requests.1))) AS chain_contents,
(
    SELECT groupArray((case_id, place))
    FROM links
    WHERE content_id IN chain_contents AND {{tenants}}
) AS of_contents,
arrayFilter(id -> id != '', arrayDistinct(arrayConcat(named_cases, of_contents.1))) AS chain_cases,
(
    SELECT groupArray(place)
    FROM links
    WHERE case_id IN chain_cases AND {{tenants}}
) AS of_cases,
-- One that belongs to no request, content or case is a chain of its own.
arrayDistinct(arrayConcat(of_event.4, of_requests.2, of_contents.2, of_cases)) AS chain

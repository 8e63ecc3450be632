decodeURLComponent('${request_id:percentencode}') AS wanted_request,
decodeURLComponent('${content_id:percentencode}') AS wanted_content,
decodeURLComponent('${case_id:percentencode}') AS wanted_case,
named_contents AS (
    SELECT content_id FROM events
    WHERE case_id = wanted_case AND case_id != '' AND content_id != '' AND {{tenants}}
    UNION DISTINCT SELECT wanted_content
),
requests AS (
    SELECT request_id FROM events
    WHERE content_id IN (SELECT content_id FROM named_contents) AND content_id != '' AND request_id != '' AND {{tenants}}
    UNION DISTINCT SELECT wanted_request
),
contents AS (
    SELECT content_id FROM events
    WHERE request_id IN (SELECT request_id FROM requests) AND request_id != '' AND content_id != '' AND {{tenants}}
    UNION DISTINCT SELECT content_id FROM named_contents
),
cases AS (
    SELECT case_id FROM events
    WHERE content_id IN (SELECT content_id FROM contents) AND content_id != '' AND case_id != '' AND {{tenants}}
    UNION DISTINCT SELECT wanted_case
),
chain AS (
    SELECT event_id FROM events
    WHERE request_id IN (SELECT request_id FROM requests) AND request_id != '' AND {{tenants}}
    UNION DISTINCT SELECT event_id FROM events
    WHERE content_id IN (SELECT content_id FROM contents) AND content_id != '' AND {{tenants}}
    UNION DISTINCT SELECT event_id FROM events
    WHERE case_id IN (SELECT case_id FROM cases) AND case_id != '' AND {{tenants}}
)

-- One row per read that the store's own door saw (given as `reads`): an audit.accessed with its id as request_id stands beside it.
SELECT '' AS tenant_id, '' AS service_id, '' AS event_id, id AS request_id, '' AS content_id, '' AS case_id,
    {to:DateTime64(6, 'UTC')} AS at,
    if(id IN (SELECT request_id FROM events_records WHERE event_type = 'audit.accessed' AND {{known}}), '', 'not_recorded') AS reason,
    1 AS usable
FROM (SELECT arrayJoin({reads:Array(String)}) AS id)

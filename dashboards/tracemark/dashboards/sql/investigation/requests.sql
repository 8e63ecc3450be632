SELECT uniqExactIf(request_id, request_id != '') AS requests
FROM events
WHERE {{matter}}

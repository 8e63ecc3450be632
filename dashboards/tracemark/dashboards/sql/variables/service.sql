SELECT service_id
FROM
(
    {{tally(service_id WHERE service_id != '')}}
)
GROUP BY service_id
ORDER BY service_id
LIMIT 1000

SELECT tenant_id
FROM
(
    {{tally(tenant_id WHERE tenant_id != '')}}
)
GROUP BY tenant_id
ORDER BY tenant_id
LIMIT 1000

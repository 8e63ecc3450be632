SELECT model_id
FROM
(
    {{tally(model_id WHERE model_id != '')}}
)
GROUP BY model_id
ORDER BY model_id
LIMIT 1000

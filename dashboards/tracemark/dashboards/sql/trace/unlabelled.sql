WITH
{{chain}},
found AS (
    SELECT
        content_id,
        countIf(event_type = 'output.generated') AS generated,
        countIf(event_type = 'label.applied' AND label_kind = 'explicit' AND label_state NOT IN ('missing', 'altered', 'forged', 'hidden'))
            AS labelled
    FROM events
    WHERE {{in_chain}} AND content_id != ''
    GROUP BY content_id
)
SELECT if(countIf(generated > 0) = 0, NULL, countIf(generated > 0 AND labelled = 0)) AS without_explicit_label
FROM found

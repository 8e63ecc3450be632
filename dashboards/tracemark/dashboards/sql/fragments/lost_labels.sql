((event_type = 'content.delivered' AND explicit_verdict = 'missing' AND grant_id = '' AND startsWith(duty_basis, 'ds17_1_'))
        OR (event_type = 'label.verified' AND label_state IN ('missing', 'altered', 'forged', 'hidden')))
    AND {{reached_by_cn}}

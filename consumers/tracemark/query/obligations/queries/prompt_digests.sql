-- One row per prompt: nothing made of its text is kept. A commitment whose salt is gone says nothing any more.
-- Where another regime is named as well, its rules may ask for the digest: no evidence either way.
SELECT {{row}},
    multiIf(
        token_exact = toFixedString('', 32) AND token_loose = toFixedString('', 32)
            AND (content_commitment = toFixedString('', 32) OR salt = toFixedString('', 16)), '',
        length(jurisdiction) > 1, 'digest_kept_under_several_regimes',
        'digest_kept'
    ) AS reason,
    reason != 'digest_kept_under_several_regimes' AS usable
FROM events_traffic
WHERE event_type = 'prompt.received' AND {{window}} AND {{scope}} AND {{in_scope}} AND at >= {{date:marking}}

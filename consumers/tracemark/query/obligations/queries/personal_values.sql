-- One row per event: its schema was registered here (so no field is free text), and no value looks like a direct identifier.
-- Mobile and identity numbers are found in groups as well, the first behind the country's code; not within longer ids, digests or times.
-- Each value stands on a line of its own, so that the numbers of two never make a third.
WITH '(?i:[a-z0-9._%+-]{1,64}@[a-z0-9-]{1,63}\\.[a-z]{2,})' AS mail,
'(^|[^0-9A-Za-z-])((\\+|00)?86[ -]?)?1[3-9][0-9][ -]?[0-9]{4}[ -]?[0-9]{4}(-[0-9]{1,2})?([^0-9A-Za-z-]|$)' AS phone,
'(^|[^0-9A-Za-z-])[1-9][0-9]{5}[ -]?(19|20)[0-9]{2}(0[1-9]|1[0-2])(0[1-9]|[12][0-9]|3[01])[ -]?[0-9]{3}[0-9Xx]([^0-9A-Za-z-]|$)' AS identity,
-- Asked first, for hardly any event holds one.
concat('(', mail, ')|(', phone, ')|(', identity, ')') AS any_of_them
SELECT tenant_id, service_id, event_id, request_id, content_id, case_id, at,
    multiIf(
        match(values, any_of_them), multiIf(
            _schema_id NOT IN ({{schema_ids}}), 'unknown_schema',
            match(values, mail), 'looks_like_mail_address',
            match(values, phone), 'looks_like_phone_number',
            'looks_like_identity_number'
        ),
        _schema_id NOT IN ({{schema_ids}}), 'unknown_schema',
        ''
    ) AS reason,
    1 AS usable
FROM (
    SELECT {{row}}, _schema_id,
        concat(request_id, '\n', content_id, '\n', case_id, '\n', subject_ref, '\n', recipient_ref, '\n',
            arrayStringConcat(mapValues(dimensions), '\n'), '\n', arrayStringConcat(label_errors, '\n'), '\n', verifier, '\n',
            aigc_reserved_code1, '\n', aigc_reserved_code2, '\n', grant_id, '\n', gateway_id, '\n', model_id, '\n', model_version, '\n',
            policy_version, '\n', upstream_service_id, '\n', upstream_content_id, '\n',
            aigc_content_producer, '\n', aigc_produce_id, '\n', aigc_content_propagator, '\n', aigc_propagate_id, '\n',
            verifier_version, '\n', media_type, '\n', language, '\n', sdk_version, '\n', adopted_by, '\n', token_key_id, '\n',
            tenant_id, '\n', service_id, '\n', arrayStringConcat(jurisdiction, '\n')) AS values
    FROM events_traffic WHERE {{window}} AND {{scope}}
    UNION ALL
    SELECT {{row}}, _schema_id,
        concat(request_id, '\n', content_id, '\n', case_id, '\n', subject_ref, '\n', recipient_ref, '\n', accessor_ref, '\n',
            arrayStringConcat(mapValues(dimensions), '\n'), '\n', arrayStringConcat(detector_categories, '\n'), '\n',
            owner_role, '\n', decision_code, '\n', refusal_code, '\n', retained_basis, '\n', basis_law, '\n', basis_contract, '\n',
            authority, '\n', receipt_ref, '\n', explanation_ref, '\n', permit_ref, '\n', access_control_ref, '\n', access_purpose, '\n',
            approval_ref, '\n', remediation_ref, '\n', published_ref, '\n', applies_to, '\n', reason_code, '\n', grant_id, '\n', agreement_version, '\n', model_id, '\n',
            model_version, '\n', policy_version, '\n', ruleset_version, '\n', detector_version, '\n', service_origin, '\n', partition_ref, '\n',
            tenant_id, '\n', service_id, '\n', arrayStringConcat(jurisdiction, '\n')) AS values
    FROM events_records WHERE {{window}} AND {{scope}}
)

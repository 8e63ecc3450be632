-- One row per event: its schema was registered here (so no field is free text), and no value looks like a direct identifier.
WITH '(?i)[a-z0-9._%+-]{1,64}@[a-z0-9-]{1,63}\\.[a-z]{2,}' AS mail,
'(^|[^0-9A-Za-z-])1[3-9][0-9]{9}([^0-9A-Za-z-]|$)' AS phone,
'(^|[^0-9A-Za-z-])[1-9][0-9]{5}(19|20)[0-9]{2}(0[1-9]|1[0-2])(0[1-9]|[12][0-9]|3[01])[0-9]{3}[0-9Xx]([^0-9A-Za-z-]|$)' AS identity
SELECT tenant_id, service_id, event_id, request_id, content_id, case_id, at,
    multiIf(
        _schema_id NOT IN ({{schema_ids}}), 'unknown_schema',
        match(values, mail), 'looks_like_mail_address',
        match(values, phone), 'looks_like_phone_number',
        match(values, identity), 'looks_like_identity_number',
        ''
    ) AS reason,
    1 AS usable
FROM (
    SELECT {{row}}, _schema_id,
        concat(request_id, ' ', content_id, ' ', case_id, ' ', subject_ref, ' ', recipient_ref, ' ',
            arrayStringConcat(mapValues(dimensions), ' '), ' ', arrayStringConcat(label_errors, ' '), ' ', verifier, ' ',
            aigc_reserved_code1, ' ', aigc_reserved_code2, ' ', grant_id, ' ', gateway_id, ' ', model_id, ' ', model_version, ' ',
            policy_version, ' ', upstream_service_id, ' ', upstream_content_id) AS values
    FROM events_traffic WHERE {{window}} AND {{scope}}
    UNION ALL
    SELECT {{row}}, _schema_id,
        concat(request_id, ' ', content_id, ' ', case_id, ' ', subject_ref, ' ', recipient_ref, ' ', accessor_ref, ' ',
            arrayStringConcat(mapValues(dimensions), ' '), ' ', arrayStringConcat(detector_categories, ' '), ' ',
            owner_role, ' ', decision_code, ' ', refusal_code, ' ', retained_basis, ' ', basis_law, ' ', basis_contract, ' ',
            authority, ' ', receipt_ref, ' ', explanation_ref, ' ', permit_ref, ' ', access_control_ref, ' ', access_purpose, ' ',
            approval_ref, ' ', remediation_ref, ' ', published_ref, ' ', applies_to, ' ', reason_code, ' ', grant_id, ' ', agreement_version, ' ', model_id, ' ',
            model_version, ' ', policy_version, ' ', ruleset_version, ' ', detector_version, ' ', service_origin, ' ', partition_ref) AS values
    FROM events_records WHERE {{window}} AND {{scope}}
)

SELECT
    modality,
    service_id,
    duty_basis,
    is_file,
    sum(outputs) AS generated,
    sum(with_explicit) AS explicit,
    sum(label_coverage.waived) AS waived,
    sum(with_implicit) AS implicit,
    if(startsWith(duty_basis, 'ds17_1_'), (explicit + waived) / generated, NULL) AS explicit_coverage,
    if(is_file, implicit / generated, NULL) AS implicit_coverage,
    if(startsWith(duty_basis, 'ds17_1_'), toInt64(generated - explicit - waived), 0) AS without_explicit,
    if(is_file, toInt64(generated - implicit), 0) AS without_implicit
FROM label_coverage
WHERE {{coverage}}
GROUP BY modality, service_id, duty_basis, is_file
ORDER BY without_explicit + without_implicit DESC, generated DESC, modality, service_id, duty_basis
LIMIT 500

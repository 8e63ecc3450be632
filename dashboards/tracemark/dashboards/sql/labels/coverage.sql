WITH
reached_by_cn AND startsWith(duty_basis, 'ds17_1_') AS explicit_is_due,
reached_by_cn AND is_file AS implicit_is_due
SELECT
    modality,
    service_id,
    tenant_id,
    duty_basis,
    is_file,
    reached_by_cn,
    sum(outputs) AS generated,
    sum(with_explicit) AS explicit,
    sum(label_coverage.waived) AS waived,
    sum(with_implicit) AS implicit,
    if(explicit_is_due, (explicit + waived) / generated, NULL) AS explicit_coverage,
    if(implicit_is_due, implicit / generated, NULL) AS implicit_coverage,
    if(explicit_is_due, toInt64(generated - explicit - waived), 0) AS without_explicit,
    if(implicit_is_due, toInt64(generated - implicit), 0) AS without_implicit
FROM label_coverage
WHERE {{coverage}}
GROUP BY modality, service_id, tenant_id, duty_basis, is_file, reached_by_cn
ORDER BY without_explicit + without_implicit DESC, generated DESC, modality, service_id, tenant_id, duty_basis
LIMIT 500

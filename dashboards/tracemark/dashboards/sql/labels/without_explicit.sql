SELECT if(sum(outputs) = 0, NULL, toInt64(sum(outputs) - sum(with_explicit) - sum(waived))) AS without_explicit_label
FROM label_coverage
WHERE {{coverage}} AND reached_by_cn AND startsWith(duty_basis, 'ds17_1_')

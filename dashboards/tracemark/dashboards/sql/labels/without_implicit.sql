SELECT if(sum(outputs) = 0, NULL, toInt64(sum(outputs) - sum(with_implicit))) AS files_without_implicit_label
FROM label_coverage
WHERE {{coverage}} AND reached_by_cn AND is_file

SELECT
    $__timeInterval(received_hour) AS time,
    kind,
    sum(labelled) / sum(asked) AS coverage
FROM
(
    SELECT received_hour, 'explicit' AS kind, with_explicit + waived AS labelled, outputs AS asked
    FROM label_coverage
    WHERE {{coverage}} AND reached_by_cn AND startsWith(duty_basis, 'ds17_1_')
    UNION ALL
    SELECT received_hour, 'implicit' AS kind, with_implicit AS labelled, outputs AS asked
    FROM label_coverage
    WHERE {{coverage}} AND reached_by_cn AND is_file
)
GROUP BY time, kind
ORDER BY time, kind
LIMIT -20000

SELECT DISTINCT regime
FROM duty_results
WHERE $__timeFilter_ms(judged_at)
ORDER BY regime
LIMIT 100

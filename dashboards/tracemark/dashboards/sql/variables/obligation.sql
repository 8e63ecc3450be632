SELECT DISTINCT obligation
FROM duty_results
WHERE $__timeFilter_ms(judged_at)
ORDER BY obligation
LIMIT 500

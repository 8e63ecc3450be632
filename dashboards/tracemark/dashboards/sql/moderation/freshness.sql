{{pipeline/freshness}}

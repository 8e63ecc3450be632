{{obligations/freshness}}

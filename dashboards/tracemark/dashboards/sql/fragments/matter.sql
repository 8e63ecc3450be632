$__timeFilter_ms(_broker_ts)
    AND {{about}}

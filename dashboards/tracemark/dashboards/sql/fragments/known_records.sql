_broker_ts >= subtractMonths($__fromTime_ms, 13) AND _broker_ts <= $__toTime_ms
    AND {{tenants}}

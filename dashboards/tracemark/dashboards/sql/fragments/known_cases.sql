-- A year and a month before the range; and from the day before the oldest case began that the last judgement lists.
_broker_ts >= least(subtractMonths($__fromTime_ms, 13), (SELECT min(if(at > 0, at, $__fromTime_ms)) - INTERVAL 1 DAY FROM judged))
    AND _broker_ts <= $__toTime_ms
    AND {{tenants}}

$__timeFilter_ms(_broker_ts) AND (_broker_ts < {{first_whole_hour}} OR _broker_ts >= {{end_of_whole_hours}})

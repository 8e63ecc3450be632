toStartOfHour(_broker_ts) >= {{first_whole_hour}} AND toStartOfHour(_broker_ts) < {{end_of_whole_hours}}

toStartOfHour(addMilliseconds($__fromTime_ms, 3599999), 'UTC')

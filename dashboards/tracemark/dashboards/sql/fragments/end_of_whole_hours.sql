toStartOfHour($__toTime_ms, 'UTC')

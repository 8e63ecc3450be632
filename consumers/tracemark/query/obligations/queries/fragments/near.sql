_broker_ts >= {from:DateTime64(6, 'UTC')} - INTERVAL 1 DAY AND _broker_ts < {as_of:DateTime64(6, 'UTC')}

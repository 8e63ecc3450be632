_broker_ts < {as_of:DateTime64(6, 'UTC')}

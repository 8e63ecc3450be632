_broker_ts >= {from:DateTime64(6, 'UTC')} AND _broker_ts < {to:DateTime64(6, 'UTC')}

-- An event may reach the store up to 31 days after it happened before its clock is suspect: what belongs to it came that early.
_broker_ts >= {from:DateTime64(6, 'UTC')} - INTERVAL 32 DAY AND _broker_ts < {as_of:DateTime64(6, 'UTC')}

action IN ('warn', 'restrict_function', 'suspend_service', 'terminate_service', 'close_account')

({tenant:String} = '' OR tenant_id = {tenant:String})

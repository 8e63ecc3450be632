({tenant:String} = '' OR tenant_id = {tenant:String}) AND ({service:String} = '' OR service_id = {service:String})
    AND service_id != 'tracemark-canary'

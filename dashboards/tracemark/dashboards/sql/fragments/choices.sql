{{tenants}}
    AND {{services}}

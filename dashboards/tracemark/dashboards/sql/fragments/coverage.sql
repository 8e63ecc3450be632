$__timeFilter_ms(received_hour)
    AND {{tenants}}
    AND {{services}}
    AND {{models}}

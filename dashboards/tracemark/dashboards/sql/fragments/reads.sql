{{scope}}
    AND event_type = 'audit.accessed'

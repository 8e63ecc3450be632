(service_id NOT IN ('tracemark', 'tracemark-canary') OR NOT $__conditionalAll(0, $service))

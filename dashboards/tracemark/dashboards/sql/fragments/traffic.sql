event_type IN ('prompt.received', 'output.generated', 'content.delivered', 'label.applied', 'label.verified', 'gateway.counted',
    'producer.session')

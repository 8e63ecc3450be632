finish IN ('complete', 'stopped')

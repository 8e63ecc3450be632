label_state IN ('applied', 'verified', 'preserved', 'rewritten_by_platform')

found = 0 AND at < {{date:marking_older}}

at >= {{date:marking}} AND NOT (found = 1 AND since < {{date:marking}} AND at < {{date:marking_older}})

"""Questions about stored events: trace a text, a file, a request, a case or a user to its whole chain."""

"""Event schemas of TraceMark: the one place where producers and consumers meet."""

"""`tracemark record`: what people record, from flags, a file or at a terminal.

Flags, prompts and checks come from the schemas: a field that is added there appears here by itself. What a law wants beside them,
an owner or a reason, stands in `rules`; nothing of that kind is ever filled in by default.
"""

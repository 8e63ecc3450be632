"""The Kafka topics, by the names that producers, the sink, the compose file and the boards use."""

__all__ = ["CONTROL_TOPIC", "DEAD_LETTERS_TOPIC", "EVENTS_TOPIC", "JOURNAL_TOPIC"]

EVENTS_TOPIC = "tracemark.events"
"""What services emit."""

CONTROL_TOPIC = "tracemark.control"
"""Governance events (erasure, retention, hold, policy, access), under an ACL of their own."""

DEAD_LETTERS_TOPIC = "tracemark.dead-letters"
"""Records that could not be stored, sealed, with their position and the reason."""

JOURNAL_TOPIC = "journal"
"""`_topic` of rows that came from a journal directly, in embedded mode."""

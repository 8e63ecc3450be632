"""Embedded mode: the engine, its HTTP interface and the journal drain, in one process.

The way of an event here: a service appends it to its journal; the drain cuts a range from the journal, gives the range offsets
in a lane and writes that down first (`ranges`), stores it like a range of a Kafka partition (`drain`), and only then moves the
journal's cursor. Killed anywhere on that way, the next start finds the range written down, cuts exactly the same one again and
stores what of it is missing: one row per event.
"""

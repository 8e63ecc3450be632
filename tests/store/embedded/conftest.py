"""The shared embedded server, for the tests of this folder."""

from support.embedded import embedded_database, embedded_server

__all__ = ["embedded_database", "embedded_server"]

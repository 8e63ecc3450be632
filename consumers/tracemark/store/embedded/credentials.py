"""Two users, two passwords: one who writes, one who may only read."""

import hmac
import json
import secrets
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from tracemark.store.embedded.directory import write_json
from tracemark.store.embedded.errors import EngineError, QueryFailed

__all__ = ["Credentials", "User"]


@dataclass(frozen=True, slots=True)
class User:
    """Who asks, once the password was right."""

    name: str
    is_reader: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Credentials:
    """The passwords of the writer and of the reader. Never printed: `repr` leaves them out."""

    writer: str = "tracemark"
    writer_password: str = field(repr=False)
    reader: str = "reader"
    reader_password: str = field(repr=False)

    @classmethod
    def in_directory(cls, directory: Path) -> Self:
        """Those of `directory`, made up at random (mode 0600) when there are none yet.

        Raises:
            EngineError: the file is there but is not what this release writes.
        """
        path = directory / "credentials.json"
        if not path.exists():
            return cls._generate(path)
        return cls.read(path)

    @classmethod
    def read(cls, path: Path) -> Self:
        """Those in the file `path`.

        Raises:
            EngineError: it cannot be read, or is no credentials file.
        """
        try:
            users = json.loads(path.read_text(encoding="utf-8"))
            writer, reader = users["writer"], users["reader"]
            return cls(
                writer=str(writer["user"]),
                writer_password=str(writer["password"]),
                reader=str(reader["user"]),
                reader_password=str(reader["password"]),
            )
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise EngineError(
                f"{path} is not a readable credentials file: restore it, or delete it and start again to get new passwords"
            ) from error

    def login(self, name: str, password: str) -> User:
        """The user of this name and password.

        Raises:
            QueryFailed: 516; the text does not tell which of the two was wrong.
        """
        found: User | None = None
        for user, secret in self._users():
            same_name = hmac.compare_digest(user.name.encode(), name.encode(errors="surrogateescape"))
            same_secret = hmac.compare_digest(secret.encode(), password.encode(errors="surrogateescape"))
            found = user if same_name and same_secret else found
        if found is None:
            raise QueryFailed(
                516,
                "AUTHENTICATION_FAILED",
                "Authentication failed: password is incorrect, or there is no user with such name",
            )
        return found

    @classmethod
    def _generate(cls, path: Path) -> Self:
        made = cls(writer_password=secrets.token_urlsafe(24), reader_password=secrets.token_urlsafe(24))
        content = {
            "writer": {"user": made.writer, "password": made.writer_password},
            "reader": {"user": made.reader, "password": made.reader_password},
        }
        write_json(path, content)
        return made

    def _users(self) -> tuple[tuple[User, str], ...]:
        return (
            (User(self.writer, is_reader=False), self.writer_password),
            (User(self.reader, is_reader=True), self.reader_password),
        )

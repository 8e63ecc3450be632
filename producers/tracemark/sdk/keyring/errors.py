"""What goes wrong with keys, sorted by what the reader should do.

KeyringError
├── KeyringMissing      make one, or name the right path
├── KeyringUnreadable   let this process read the file, or write the folder
├── KeyringInsecure     take the file away from other users
├── KeyringExists       choose another path: a keyring is never overwritten
├── KeyringMalformed    restore the backup
├── KeyringMisuse       correct the call
└── KeyMissing          fetch the keyring that has this key

No message holds a secret or a part of one.
"""

from pathlib import Path

from tracemark.sdk.errors import SdkError

__all__ = [
    "KeyMissing",
    "KeyringError",
    "KeyringExists",
    "KeyringInsecure",
    "KeyringMalformed",
    "KeyringMissing",
    "KeyringMisuse",
    "KeyringUnreadable",
]


class KeyringError(SdkError):
    """Root of everything this package raises."""


class KeyringMissing(KeyringError):
    """There is no keyring at the path; `path` is None when none is configured."""

    def __init__(self, path: Path | None) -> None:
        """Name the path and both remedies."""
        self.path = path
        super().__init__(
            f"no keyring {f'at {path}' if path else 'is configured'}: make one with `tracemark keys init`, "
            "or set TRACEMARK_KEYRING to the path of the keyring that your services share"
        )


class KeyringUnreadable(KeyringError):
    """The file system refused to read or write the file."""


class KeyringInsecure(KeyringError):
    """Other users of the machine may read or write the file."""

    def __init__(self, path: Path, mode: int) -> None:
        """Name the mode and the command that mends it."""
        self.path = path
        super().__init__(
            f"keyring {path} has mode {mode:04o}, so that others than its owner can reach its secrets: "
            f"run `chmod 600 {path}` as its owner, and rotate its keys if somebody may have read it"
        )


class KeyringExists(KeyringError):
    """There is a file at the path already."""

    def __init__(self, path: Path) -> None:
        """Say why it is not simply replaced."""
        self.path = path
        super().__init__(
            f"{path} exists, and a keyring is never overwritten: choose another path, or move the file away"
        )


class KeyringMalformed(KeyringError):
    """The file is no keyring of this format, or a damaged one."""


class KeyringMisuse(KeyringError, ValueError):
    """The keyring cannot do what was asked, whatever file it comes from."""


class KeyMissing(KeyringError):
    """The keyring holds no key for this purpose, epoch and tenant."""

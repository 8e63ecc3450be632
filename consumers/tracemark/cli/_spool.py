"""Files that come through a pipe: kept on disk while a command looks at them more than once."""

import sys
from collections.abc import Generator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Final

from tracemark.cli.errors import CommandError

__all__ = ["on_disk"]

_MAX_BYTES: Final = 64 << 20
_CHUNK_BYTES: Final = 1 << 20


@contextmanager
def on_disk(file: Path) -> Generator[Path]:
    """The file itself; of a pipe, or of standard input for `-`, a copy that vanishes afterwards.

    Raises `CommandError` when more comes than is copied.
    """
    if str(file) != "-" and file.is_file():
        yield file
        return
    with NamedTemporaryFile(prefix="tracemark-") as copy:
        with nullcontext(sys.stdin.buffer) if str(file) == "-" else file.open("rb") as pipe:
            for _ in range(_MAX_BYTES // _CHUNK_BYTES + 1):
                copy.write(pipe.read(_CHUNK_BYTES))
        if copy.tell() > _MAX_BYTES:
            raise CommandError(
                f"FILE: more than {_MAX_BYTES >> 20} MiB come through the pipe; save them as a file first"
            )
        copy.flush()
        yield Path(copy.name)

"""Which process on which machine this is; told to whoever adopts its journal."""

import os
import socket
from pathlib import Path

__all__ = ["boot_id", "host_name", "process_id"]

_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")


def process_id() -> int:
    """The operating system's number of this process."""
    return os.getpid()


def host_name() -> str:
    """The machine's name."""
    return socket.gethostname()


def boot_id() -> str:
    """The kernel's id of this boot; empty where there is none."""
    return _BOOT_ID.read_text(encoding="ascii").strip() if _BOOT_ID.exists() else ""

"""Checks of this machine: keyring, data directory, journals."""

import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path

from tracemark.cli.doctor.findings import Finding, fail, ok, warn
from tracemark.schemas.clock import Clock
from tracemark.sdk import ClientConfig, SdkError
from tracemark.sdk.journal import JournalError, JournalInfo, find_journals
from tracemark.sdk.keyring import Keyring, KeyringError
from tracemark.store.embedded import Endpoint

__all__ = ["check_data_directory", "check_journals", "check_keyring", "check_service"]

_LOW_BYTES = 1 << 30
_OLD_S = 60.0
_VERY_OLD_S = 3600.0


def check_keyring(path: Path) -> Iterator[Finding]:
    """Is there a keyring that can be read, and by its owner alone?"""
    try:
        ring = Keyring.load(path)
    except KeyringError as error:
        text, _, remedy = str(error).partition(": ")
        yield fail("keyring", text, remedy or "restore it from its backup")
    else:
        yield ok("keyring", f"{path}, fingerprint {ring.fingerprint}, {len(ring.entries)} secrets")


def check_service(environ: Mapping[str, str]) -> Iterator[Finding]:
    """Would a service that is started with this environment have a usable configuration?"""
    try:
        config = ClientConfig.from_env(environ)
    except SdkError as error:
        text, _, remedy = str(error).partition("; ")
        yield fail("service", text, remedy or "correct the variable; see docs/sdk.md")
    else:
        yield ok("service", f"TRACEMARK_* configure {config.service_id}, tenant {config.tenant_id}")


def check_data_directory(data: Path) -> Iterator[Finding]:
    """Is the directory there, is it served, and is there room?"""
    if not data.is_dir():
        yield fail("data directory", f"{data} does not exist", f"tracemark up --data {data} creates and serves it")
        return
    served = Endpoint.read(data)
    if served is None:
        yield fail("data directory", f"nobody serves {data}", f"tracemark up --data {data}")
    else:
        yield ok("data directory", f"{data} is served at {served.url} by process {served.pid}")
    free = shutil.disk_usage(data).free
    if free < _LOW_BYTES:
        yield warn(
            "disk", f"{free >> 20} MiB are free under {data}", "make room before services cannot write their journals"
        )
    else:
        yield ok("disk", f"{free >> 30} GiB are free under {data}")


def check_journals(root: Path, clock: Clock, *, drainer: str) -> Iterator[Finding]:
    """Do events wait, for how long, and does somebody come for them? `drainer` is the command that would."""
    try:
        found = find_journals(root)
    except JournalError as error:
        yield fail("journals", str(error), "run as the user of the services")
        return
    yield from (fail("journals", info.problem, f"look into {info.path}") for info in found if info.problem)
    waiting = [info for info in found if info.events_pending]
    if not waiting:
        yield ok("journals", f"{len(found)} under {root}, nothing waits")
        return
    age = max(_age_s(info, clock) for info in waiting)
    text = (
        f"{sum(info.events_pending for info in waiting)} events wait in {len(waiting)} journals, for up to {age:.0f} s"
    )
    if age < _OLD_S:
        yield ok("journals", text)
    elif age < _VERY_OLD_S:
        yield warn("journals", text, drainer)
    else:
        yield fail("journals", text, drainer)


def _age_s(info: JournalInfo, clock: Clock) -> float:
    """Since the journal was last written to: at least so long its last event has waited."""
    return max(0.0, (clock.now_us() - info.last_append_us) / 1e6)

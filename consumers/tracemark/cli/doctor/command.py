"""The command itself."""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from tracemark.cli.doctor.findings import Finding
from tracemark.cli.doctor.local import check_data_directory, check_journals, check_keyring
from tracemark.cli.doctor.stored import check_store
from tracemark.cli.errors import ExitCode
from tracemark.cli.options import DataOption, JsonOption, KeyringOption, StoreOption, data_directory, keyring_path
from tracemark.cli.output import emit, mark, say
from tracemark.cli.stores import store_config
from tracemark.schemas.clock import SystemClock

__all__ = ["doctor"]


def doctor(
    *,
    data: DataOption = None,
    store: StoreOption = None,
    keyring: KeyringOption = None,
    kafka: Annotated[
        str | None,
        typer.Option("--kafka", metavar="HOST:PORT", envvar="TRACEMARK_KAFKA", help="Broker to look at, too."),
    ] = None,
    journals: Annotated[
        Path | None, typer.Option("--journals", metavar="DIR", envvar="TRACEMARK_JOURNAL_DIR", help="Root of journals.")
    ] = None,
    json: JsonOption = False,
) -> None:
    """Say what is configured, reachable and behind, and what to do. Exit 1 when something fails."""
    findings: list[Finding] = []
    for finding in _examine(data, store, keyring, kafka, journals):
        findings.append(finding)
        if not json:
            _say(finding)
    failed = sum(finding.verdict == "fail" for finding in findings)

    def human() -> None:
        say(f"{len(findings)} checks, {failed} failed")

    emit({"ok": not failed, "findings": [finding.as_dict() for finding in findings]}, json=json, human=human)
    raise typer.Exit(ExitCode.NO if failed else ExitCode.FINE)


def _examine(
    data: Path | None, store: str | None, keyring: Path | None, kafka: str | None, journals: Path | None
) -> Iterator[Finding]:
    clock, ring, config = SystemClock(), keyring_path(keyring, data), store_config(store, data)
    yield from check_keyring(ring)
    if config.directory is not None:
        yield from check_data_directory(config.directory)
    yield from check_store(config, ring, clock)
    embedded = config.directory is not None
    root = journals or (
        data_directory(data) / "journals" if embedded else Path.home() / ".local/state/tracemark/journals"
    )
    remedy = (
        f"tracemark up --data {config.directory}"
        if embedded
        else "start a service: any one delivers the others' journals"
    )
    yield from check_journals(root, clock, drainer=remedy)
    del kafka


def _say(finding: Finding) -> None:
    say(f"{mark(finding.verdict)} {finding.about}: {finding.text}")
    if finding.remedy:
        say(f"     → {finding.remedy}")

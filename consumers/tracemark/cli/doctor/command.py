"""The command itself."""

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from tracemark.cli.doctor.findings import Finding
from tracemark.cli.doctor.kafka import check_kafka
from tracemark.cli.doctor.local import check_data_directory, check_journals, check_keyring, check_service
from tracemark.cli.doctor.stored import check_store
from tracemark.cli.errors import ExitCode
from tracemark.cli.options import DataOption, JsonOption, KeyringOption, StoreOption, keyring_path
from tracemark.cli.output import emit, mark, say
from tracemark.cli.stores import store_config
from tracemark.schemas.clock import SystemClock
from tracemark.sdk import ClientConfig
from tracemark.sink.config import KafkaConnection
from tracemark.store import StoreConfig

__all__ = ["doctor"]


def doctor(
    *,
    data: DataOption = None,
    store: StoreOption = None,
    keyring: KeyringOption = None,
    kafka: Annotated[
        str | None,
        typer.Option("--kafka", metavar="HOST:PORT", envvar="TRACEMARK_KAFKA_SERVERS", help="Brokers to look at, too."),
    ] = None,
    journals: Annotated[
        Path | None, typer.Option("--journals", metavar="DIR", envvar="TRACEMARK_JOURNAL_DIR", help="Root of journals.")
    ] = None,
    json: JsonOption = False,
) -> None:
    """Say what is configured, reachable and behind, and what to do. Exit 1 when something fails."""
    config = store_config(store, data)
    brokers = KafkaConnection.from_env(os.environ, servers=kafka) if kafka else None
    visit = _Visit(config, keyring_path(keyring, config.directory or data), brokers, journals, os.environ)
    findings: list[Finding] = []
    for finding in visit.examine():
        findings.append(finding)
        if not json:
            _say(finding)
    failed = sum(finding.verdict == "fail" for finding in findings)
    result = {"ok": not failed, "findings": [finding.as_dict() for finding in findings]}
    emit(result, json=json, human=lambda: say(f"{len(findings)} checks, {failed} failed"))
    raise typer.Exit(ExitCode.NO if failed else ExitCode.FINE)


@dataclass(frozen=True, slots=True)
class _Visit:
    """What there is to look at."""

    store: StoreConfig
    keyring: Path
    kafka: KafkaConnection | None
    journals: Path | None
    environ: Mapping[str, str]

    def examine(self) -> Iterator[Finding]:
        """Every finding, the nearest things first."""
        clock = SystemClock()
        if "TRACEMARK_URL" in self.environ:
            yield from check_service(self.environ)
        yield from check_keyring(self.keyring)
        if self.store.directory is not None:
            yield from check_data_directory(self.store.directory)
        yield from check_store(self.store, self.keyring, clock)
        if self.kafka is not None:
            yield from check_kafka(self.kafka)
        if self.journals is not None:
            yield from check_journals(
                self.journals, clock, drainer="start a service: each delivers the others' journals"
            )
        if self.store.directory is not None:
            drainer = f"tracemark up --data {self.store.directory}"
            yield from check_journals(self.store.directory / "journals", clock, drainer=drainer)
        elif self.journals is None:
            root = ClientConfig(url="kafka://localhost:9092", service_id="doctor").journal_root
            yield from check_journals(root, clock, drainer="start a service: each delivers the others' journals")


def _say(finding: Finding) -> None:
    say(f"{mark(finding.verdict)} {finding.about}: {finding.text}")
    if finding.remedy:
        say(f"     → {finding.remedy}")

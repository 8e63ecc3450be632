"""A Grafana of our own for pushes, and how a test asks for one."""

import os
import subprocess
import sys

from support.fake_grafana import FakeGrafana
from tracemark.dashboards.deploy import Datasource
from tracemark.dashboards.grafana import GrafanaConfig

__all__ = ["STORE", "config", "dashboards_command"]

STORE = Datasource(host="clickhouse", port=8123, user="grafana", password="pa$$ word", database="tracemark")  # noqa: S106 - a test's own


def config(grafana: FakeGrafana) -> GrafanaConfig:
    """That Grafana, with the right token."""
    return GrafanaConfig(url=grafana.url, token=grafana.token, timeout_s=5)


def dashboards_command(*arguments: str, **environ: str) -> subprocess.CompletedProcess[str]:
    """`tracemark dashboards …` in a process of its own."""
    command = [sys.executable, "-m", "tracemark.cli.main", "dashboards", *arguments]
    return subprocess.run(command, env={**os.environ, **environ}, capture_output=True, text=True, check=False)

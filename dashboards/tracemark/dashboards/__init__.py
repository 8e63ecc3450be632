"""Grafana boards: builders, the generated JSON, provisioning and deployment.

The boards are generated from SQL files (`sql/`), words (`catalogue/`) and a page of Python each (`trace.py`, `pipeline.py`); the
JSON under `json/` is what Grafana is given, by file provisioning or by `push`, and what the tests run.
"""

from tracemark.dashboards.errors import (
    BoardInvalid,
    DashboardsError,
    GrafanaRefused,
    GrafanaUnfit,
    GrafanaUnreachable,
    MacroInvalid,
    PushFailed,
)
from tracemark.dashboards.lint import problems
from tracemark.dashboards.render import boards, differing, stored, write

__all__ = [
    "BoardInvalid",
    "DashboardsError",
    "GrafanaRefused",
    "GrafanaUnfit",
    "GrafanaUnreachable",
    "MacroInvalid",
    "PushFailed",
    "boards",
    "differing",
    "problems",
    "stored",
    "write",
]

"""What can go wrong with boards, by what the caller should do.

`DashboardsError`: the root.
  `BoardInvalid`: a board, its words or its SQL break a rule: fix the source.
  `MacroInvalid`: a query cannot be expanded as the plugin would: fix the query or the values given.
  `PushFailed`: Grafana could not be given the boards; the text says what to change.
    `GrafanaUnreachable`, `GrafanaRefused`, `GrafanaUnfit`: no answer, not allowed, wrong version or missing plugin.
      `GrafanaElsewhere`: what answers is another program, or another address: waiting does not help.
"""

__all__ = [
    "BoardInvalid",
    "DashboardsError",
    "GrafanaElsewhere",
    "GrafanaRefused",
    "GrafanaUnfit",
    "GrafanaUnreachable",
    "MacroInvalid",
    "PushFailed",
]


class DashboardsError(Exception):
    """Root of the errors of `tracemark.dashboards`."""


class BoardInvalid(DashboardsError):
    """A board, its words or its SQL break a rule."""


class MacroInvalid(DashboardsError):
    """A query cannot be expanded as the plugin would expand it."""


class PushFailed(DashboardsError):
    """Grafana did not take the boards."""


class GrafanaUnreachable(PushFailed):
    """Nothing that speaks Grafana's HTTP API answers at the URL."""


class GrafanaElsewhere(GrafanaUnreachable):
    """What answers at the URL is no Grafana, is not the one it says, or sends us away: waiting does not help."""


class GrafanaRefused(PushFailed):
    """The credentials are missing, wrong or too weak."""


class GrafanaUnfit(PushFailed):
    """This Grafana is too old, or lacks the ClickHouse plugin."""

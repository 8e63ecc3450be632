"""Marks on the time axis of every chart: when a policy, a model or a schema changed, and what is on hold."""

from collections.abc import Sequence

from tracemark.dashboards.panels import Json
from tracemark.dashboards.queries import DATASOURCE, target
from tracemark.dashboards.words import Words

__all__ = ["changes"]

_COLOURS = {"policies": "purple", "models": "blue", "schemas": "yellow", "holds": "orange"}


def changes(words: Words) -> Sequence[Json]:
    """Changes that may explain a bend in a curve: of the chosen tenants and services, as far as they belong to any."""
    return [
        {
            "name": words.say("annotations", kind),
            "datasource": DATASOURCE,
            "enable": True,
            "hide": False,
            "iconColor": colour,
            "target": target(f"annotations/{kind}", "table"),
        }
        for kind, colour in _COLOURS.items()
    ]

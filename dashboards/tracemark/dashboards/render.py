"""The generated files: every board in every language, as JSON."""

import json
from collections.abc import Callable
from pathlib import Path

from tracemark.dashboards.access import access
from tracemark.dashboards.alerts import provisioned
from tracemark.dashboards.investigation import investigation
from tracemark.dashboards.labels import labels
from tracemark.dashboards.moderation import moderation
from tracemark.dashboards.obligations import obligations
from tracemark.dashboards.overview import overview
from tracemark.dashboards.panels import Json
from tracemark.dashboards.pipeline import pipeline
from tracemark.dashboards.trace import trace
from tracemark.dashboards.versions import LANGUAGES, Language

__all__ = ["BOARDS", "boards", "differing", "render", "stored", "write"]

BOARDS: dict[str, Callable[[Language], Json]] = {
    "overview": overview,
    "obligations": obligations,
    "labels": labels,
    "moderation": moderation,
    "investigation": investigation,
    "trace": trace,
    "pipeline": pipeline,
    "access": access,
}
"""Every board by name."""

_PORTION = Path(__file__).resolve().parent


def boards(language: Language) -> list[Json]:
    """Every board in one language."""
    return [build(language) for build in BOARDS.values()]


def render() -> dict[Path, str]:
    """The text of every generated file, by path."""
    english = {board["uid"]: board for board in boards("en")}
    files = {
        _PORTION / "json" / language / f"{name}.json": json.dumps(build(language), ensure_ascii=False, indent=2) + "\n"
        for language in LANGUAGES
        for name, build in BOARDS.items()
    }
    files[_PORTION / "provisioning" / "alerting" / "tracemark.json"] = (
        json.dumps(provisioned(english), ensure_ascii=False, indent=2) + "\n"
    )
    return files


def differing() -> list[Path]:
    """Generated files that are missing or not what the builders make now, and files that nothing makes any more."""
    wanted = render()
    stale = [path for path, text in wanted.items() if not path.is_file() or path.read_text(encoding="utf-8") != text]
    return sorted([*stale, *(path for path in (_PORTION / "json").glob("*/*.json") if path not in wanted)])


def write() -> list[Path]:
    """Bring the generated files up to date; return those that changed."""
    changed, wanted = differing(), render()
    for path in changed:
        path.parent.mkdir(parents=True, exist_ok=True)
        if path in wanted:
            path.write_text(wanted[path], encoding="utf-8")
        else:
            path.unlink()
    return changed


def stored(language: Language) -> list[Json]:
    """The boards of one language as the generated files have them: what is provisioned, pushed and tested."""
    return [json.loads((_PORTION / "json" / language / f"{name}.json").read_text(encoding="utf-8")) for name in BOARDS]

"""How labels are shown to people. What a stranger wrote is escaped as JSON: it must not steer a terminal."""

from collections.abc import Mapping
from json import dumps
from typing import Any

from tracemark.cli.output import note, say
from tracemark.labels import meaning

__all__ = ["say_found", "say_verdict", "say_written"]


def say_found(answer: Mapping[str, Any]) -> None:
    records = answer.get("records", [])
    found = (
        _count(len(records), "AIGC record")
        if "records" in answer
        else f"label at {', '.join(answer['positions']) or 'no place'}"
    )
    say(f"{answer['file']}: {answer['media_type']}, {found}")
    for each in records:
        _say_record(each)
        for code in each["errors"]:
            say(f"    breaks {code}\t{meaning(code)}")


def say_written(answer: Mapping[str, Any]) -> None:
    say(f"{answer['file']}: labelled ({answer['media_type']}), {_count(answer['replaced'], 'record')} replaced")
    for key, value in answer["aigc"].items():
        say(f"  {key}\t{value}")
    _say_event(answer)


def say_verdict(answer: Mapping[str, Any], where: str) -> None:
    say(f"{answer['file']}: {answer['state']}")
    for code in answer["errors"]:
        say(f"  {code}\t{meaning(code)}")
    if answer.get("rewritten"):
        say(f"  filled in by a platform: {', '.join(answer['rewritten'])}")
    if answer.get("positions"):
        say(f"  label at {', '.join(answer['positions'])}")
    if answer.get("record"):
        _say_record(answer["record"])
    for warning in answer.get("warnings", ()):
        note(f"warning: {warning['text']}")
    if answer.get("claim") and answer["claim"]["content_id"]:
        say(f"  trace it with: tracemark trace --content {answer['claim']['content_id']}{where}")
    _say_event(answer)


def _count(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


def _say_event(answer: Mapping[str, Any]) -> None:
    if answer["event_id"] is not None:
        say(f"recorded as event {answer['event_id']}")


def _say_record(record: Mapping[str, Any]) -> None:
    say(f"  {record['carrier']} {dumps(record['name'])}")
    for key, value in (record["fields"] or {"raw": record["raw"]}).items():
        say(f"    {key}\t{dumps(value)}")

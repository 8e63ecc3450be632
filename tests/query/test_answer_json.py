"""The JSON document of an answer, as published."""

import json
from importlib.resources import files
from typing import Any

import pytest
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]  # publishes no types

from support.stored import StoredEvents
from tracemark.query import Reader, Remark, TokenCandidate, trace_request, trace_tokens

SCHEMA: dict[str, Any] = json.loads((files("tracemark.query") / "trace.schema.json").read_text(encoding="utf-8"))


def problems(document: dict[str, Any]) -> list[str]:
    """What is wrong with a document, through JSON text as a caller gets it."""
    found = Draft202012Validator(SCHEMA).iter_errors(json.loads(json.dumps(document)))
    return [f"{error.json_path}: {error.message}" for error in found]


def tell_everything(story: StoredEvents) -> None:
    """A chain with every summary in it."""
    token: dict[str, Any] = {"token_exact": b"t" * 32, "token_key_id": "output-1-00000000"}
    story.tell("prompt.received", request_id="r-1", subject_ref="ab" * 16)
    story.tell("output.generated", at=1, request_id="r-1", content_id="c-1", model_id="m-1", generation_ms=7, **token)
    story.tell("label.applied", at=2, request_id="r-1", content_id="c-1", height_ratio=0.07)
    story.tell("label.applied", at=3, content_id="c-1", label_kind="implicit", label_state="waived_by_grant")
    story.tell("moderation.action", at=9, content_id="c-1", case_id="k-1", detected_at=1, confidence=0.25)
    story.tell("moderation.action", at=10, content_id="c-2", case_id="k-1")
    story.save()


def test_schema_is_a_schema() -> None:
    """The published document is valid JSON Schema, draft 2020-12."""
    Draft202012Validator.check_schema(SCHEMA)


def test_answer_fits_its_schema(reader: Reader, story: StoredEvents) -> None:
    """A full answer by token, and one by id, are as the schema says, with nothing beyond it."""
    tell_everything(story)
    by_token = trace_tokens(reader, [TokenCandidate(b"t" * 32, "exact", "output-1-00000000")])
    assert by_token.found
    assert problems(by_token.to_dict()) == []
    assert problems(trace_request(reader, "r-1").to_dict()) == []


def test_answer_without_chains_fits_its_schema(reader: Reader) -> None:
    """So is an answer that found nothing, with reasons and warnings."""
    answer = trace_request(reader, "r-1").with_remarks(reasons=[Remark("a", "b")], warnings=[Remark("c", "d")])
    assert problems(answer.to_dict()) == []
    assert answer.to_dict()["reasons"] == [{"code": "a", "text": "b"}]


def test_schema_notices_what_does_not_fit(reader: Reader, story: StoredEvents) -> None:
    """The schema is strict: a field renamed, left out or of another type is a breach."""
    tell_everything(story)
    good = trace_request(reader, "r-1").to_dict()
    event = good["chains"][0]["events"][0]
    assert problems(good | {"more": 1})
    assert problems({name: value for name, value in good.items() if name != "total"})
    event["occurred_at"] = "2026-01-15 12:00"
    assert problems(good)


@pytest.mark.parametrize("name", ["question", "chain", "match", "labels", "case", "event", "remark"])
def test_every_field_is_required_and_none_is_unknown(name: str) -> None:
    """Within a version a caller may rely on every field being there."""
    definition = SCHEMA["$defs"][name]
    assert sorted(definition["required"]) == sorted(definition["properties"])
    assert definition["additionalProperties"] is False

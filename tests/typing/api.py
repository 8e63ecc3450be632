"""The calls a user writes, checked by mypy and pyright: a change of a public type shows here first. Never run."""

from collections.abc import AsyncIterator, Iterator
from typing import assert_type

from tracemark.schemas.events import ModerationAction
from tracemark.sdk import Accounting, AuditClient, ClientConfig, FlushReport, Generation, Receipt


async def achunks() -> AsyncIterator[str]:
    yield "chunk"


def service(audit: AuditClient, chunks: Iterator[str]) -> None:
    """A synchronous service."""
    with audit.generation(model="m-1", user="u-42", modality="text") as gen:
        assert_type(gen, Generation)
        assert_type(gen.prompt("question"), Receipt)
        assert_type(gen.output(b"file", media_type="image/png"), Receipt)
        assert_type(gen.stream(chunks), Iterator[str])
        assert_type(gen.stream(chunks, text=str.upper, finish="refused", language="en"), Iterator[str])
        assert_type(gen.label(kind="explicit", carrier="text_prompt", positions=["end"], labelled="shown"), Receipt)
        assert_type(gen.content_id, str)
    receipt = audit.moderation(content_id=gen.content_id, action="remove", reason="violence", detector="human")
    assert_type(receipt.wait(1.0), bool)
    assert_type(receipt.dropped, str | None)
    assert_type(audit.flush(), FlushReport)
    assert_type(audit.accounting(), Accounting)


async def async_service(audit: AuditClient) -> None:
    """An asynchronous one."""
    async with audit.generation(model="m-1", modality=["text", "image"]) as gen:
        assert_type(gen.stream(achunks()), AsyncIterator[str])


def direct(audit: AuditClient) -> None:
    """Events of one's own making."""
    event = ModerationAction(
        moderation_target="content", moderation_stage="output", action="pass", detector="classifier", automated=True
    )
    assert_type(audit.emit(event), Receipt)


def configured() -> None:
    """Configuration."""
    assert_type(AuditClient.from_env({"TRACEMARK_URL": "embedded:///d", "TRACEMARK_SERVICE_ID": "s"}), AuditClient)
    assert_type(ClientConfig(url="embedded:///d", service_id="s").service_id, str)

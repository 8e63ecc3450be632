"""A streamed answer, recorded as it was really handed out: also when the reader leaves before the end.

TRACEMARK_URL=embedded:///DIR TRACEMARK_SERVICE_ID=svc-mine python examples/streaming.py
"""

import asyncio
from collections.abc import AsyncIterator

from tracemark.sdk import AuditClient


async def model(question: str) -> AsyncIterator[str]:
    """Stands for any streaming model."""
    for word in f"Let me think about: {question} The answer is long and goes on.".split():
        await asyncio.sleep(0)
        yield word + " "


async def answer(audit: AuditClient, question: str, *, leave_after: int) -> str:
    """Serve one request to a reader who leaves after some chunks."""
    shown = ""
    async with audit.generation(model="m-1", user="u-42", modality="text") as gen:
        gen.prompt(question)
        async for number, chunk in enumerated(gen.stream(model(question))):
            shown += chunk
            if number == leave_after:
                break
    return f"request {gen.request_id}: {len(shown)} characters were shown"


async def enumerated(chunks: AsyncIterator[str]) -> AsyncIterator[tuple[int, str]]:
    """`enumerate` for an async iterator."""
    number = 0
    async for chunk in chunks:
        yield number, chunk
        number += 1


async def main() -> None:
    """One reader stays, one leaves: `finish` is complete for the first and partial for the second."""
    with AuditClient.from_env() as audit:
        print(await answer(audit, "Why is the sky blue?", leave_after=1000))
        print(await answer(audit, "Why is the sea salty?", leave_after=3))


asyncio.run(main())

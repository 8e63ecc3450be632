"""The SDK in five lines.

With `tracemark up --data DIR` running (or started later, the journal waits):

    TRACEMARK_URL=embedded:///DIR TRACEMARK_SERVICE_ID=svc-mine python examples/five_lines.py

With Kafka, `TRACEMARK_URL=kafka://broker:9092` and `TRACEMARK_KEYRING=keyring.json` (made by `tracemark keys init`).
"""

from tracemark.sdk import AuditClient


def model(question: str) -> str:
    """Stands for any model."""
    return f"{question} is a good question."


question = "Why is the sky blue?"

audit = AuditClient.from_env()
with audit.generation(model="m-1", user="u-42", modality="text") as gen:
    gen.prompt(question)
    gen.output(answer := model(question))
    gen.label(kind="explicit", carrier="text_prompt", positions=["end"], labelled=answer + " (AI-generated)")

report = audit.close()
print(f"request {gen.request_id}: {report.sent} sent, {report.remaining} waiting in the journal")

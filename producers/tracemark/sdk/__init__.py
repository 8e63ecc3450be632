"""The TraceMark producer SDK: typed, durable, private audit events from a generative-AI service.

```python
from tracemark.sdk import AuditClient

audit = AuditClient.from_env()
with audit.generation(model="m-1", user="u-42", modality="text") as gen:
    gen.prompt(question)
    gen.output(answer := model(question))
    gen.label(kind="explicit", carrier="text_prompt", positions=["end"], labelled=answer + notice)
```
"""

from tracemark.schemas import InvalidEvent
from tracemark.sdk.client import AuditClient
from tracemark.sdk.config import ClientConfig
from tracemark.sdk.errors import AuditNotDurable, ClientClosed, ConfigurationError, SdkError
from tracemark.sdk.generation import Generation
from tracemark.sdk.progress import Accounting, FlushReport, Receipt

__all__ = [
    "Accounting",
    "AuditClient",
    "AuditNotDurable",
    "ClientClosed",
    "ClientConfig",
    "ConfigurationError",
    "FlushReport",
    "Generation",
    "InvalidEvent",
    "Receipt",
    "SdkError",
]

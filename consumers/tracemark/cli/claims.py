"""How a command tells the embedded server that it records its read itself, so that the read is not recorded twice.

The claim is the name that its requests carry: `tracemark-read/<read id>.<proof>`. The proof is an HMAC under the writer's password,
which only those have who may write to the store anyway: whoever was given the reader's password alone, such as Grafana, cannot
keep a read out of the log by calling itself something. The server notes the claim, so that one that was not kept shows.
"""

import hashlib
import hmac
import re
from typing import Final

__all__ = ["claimed_read", "read_claim"]

_CLAIM: Final = re.compile(r"tracemark-read/([0-9a-f-]{36})\.([0-9a-f]{64}) ")
_DOMAIN: Final = b"tracemark/read-claim/1\0"


def read_claim(read_id: str, secret: str) -> str:
    """The client's name for one read; `read_id` is a UUID, and `request_id` of its `audit.accessed`."""
    return f"tracemark-read/{read_id}.{_proof(read_id, secret)}"


def claimed_read(client: str, secret: str) -> str:
    """Id of the read that the client of this name records itself; empty when it does not, or cannot prove it."""
    found = _CLAIM.match(client)
    return found[1] if found is not None and hmac.compare_digest(found[2], _proof(found[1], secret)) else ""


def _proof(read_id: str, secret: str) -> str:
    return hmac.new(secret.encode(), _DOMAIN + read_id.encode(), hashlib.sha256).hexdigest()

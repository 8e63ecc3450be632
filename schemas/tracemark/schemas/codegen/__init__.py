"""From the `.avsc` files to typed events, encoders, ClickHouse tables, the lock file and the field reference.

python -m tracemark.schemas.codegen            write everything
python -m tracemark.schemas.codegen --check    fail when anything is stale
python -m tracemark.schemas.codegen --new complaint.transition    start a new event type from the envelope
"""

from tracemark.schemas.codegen._rules import violations

__all__ = ["violations"]

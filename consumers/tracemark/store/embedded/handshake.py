"""The first question of clickhouse-go (and so of Grafana), answered byte by byte.

The driver asks at a Native protocol revision the engine cannot write. The answer, in that revision's layout, says `revision() = 0`;
from then on the driver decodes at revision 0, which is what the engine writes.
"""

import re

__all__ = ["handshake_answer"]

_QUESTION = re.compile(
    r"\s*SELECT\s+displayName\(\)\s*,\s*version\(\)\s*,\s*revision\(\)\s*,\s*timezone\(\)\s*;?\s*\Z", re.IGNORECASE
)
_CUSTOM_SERIALIZATION = 54454
"""From this revision on, a zero byte behind each column's type says: no custom serialization."""
# is_overflows = 0, bucket_num = -1, end of the block's info.
_BLOCK_INFO = b"\x01\x00\x02\xff\xff\xff\xff\x00"


def handshake_answer(sql: str, protocol_version: int, output_format: str, version: str) -> bytes | None:
    """The Native block that answers the driver's handshake; None when `sql` is another question."""
    if protocol_version < _CUSTOM_SERIALIZATION or output_format != "Native" or not _QUESTION.match(sql):
        return None
    columns = (
        ("displayName()", "String", _string("tracemark")),
        ("version()", "String", _string(version)),
        ("revision()", "UInt32", (0).to_bytes(4, "little")),
        ("timezone()", "String", _string("UTC")),
    )
    block = _BLOCK_INFO + bytes([len(columns), 1])
    for name, type_name, value in columns:
        block += _string(name) + _string(type_name) + b"\x00" + value
    return block


def _string(text: str) -> bytes:
    data = text.encode()
    return bytes([len(data)]) + data  # all of them are shorter than 128 bytes: one byte of varint

"""What an event stores in place of a text: keyed tokens, a length bucket and a pseudonym.

    token       = HMAC-SHA-256(tenant key, domain ‖ canonical bytes)
    tenant key  = HMAC-SHA-256(root secret of (purpose, epoch), "tracemark/key/1" ‖ 0 ‖ purpose ‖ 0 ‖ tenant_id)
    key id      = purpose-epoch-first 8 hex digits of SHA-256(0x03 ‖ tenant key)
    subject_ref = first 16 bytes, in hex, of HMAC-SHA-256(tenant's subject key, domain ‖ user id in exact form)

Without the key nobody can try guesses against a token; with the key of one purpose nobody can try them against the tokens
of another. `docs/keys.md` says who needs which key, `docs/vectors/text-1.json` holds published vectors.

Keys and functions here are safe to share between threads.
"""

import hashlib
import hmac
from bisect import bisect_right
from collections.abc import Iterable
from typing import Final, Literal, NamedTuple, get_args

from tracemark.sdk.canonical import Canonical, exact_bytes
from tracemark.sdk.errors import SdkError

__all__ = [
    "DOMAIN_EXACT",
    "DOMAIN_FILE",
    "DOMAIN_LOOSE",
    "DOMAIN_SUBJECT",
    "ContentTokens",
    "LengthBucket",
    "Purpose",
    "SubjectError",
    "TenantKey",
    "TokenKey",
    "length_bucket",
    "subject_bytes",
    "subject_ref",
]

Purpose = Literal["prompt", "output", "subject", "dlq"]
"""What a key is for: tokens of prompts, tokens of outputs, pseudonyms, sealing dead letters."""

LengthBucket = Literal[
    "chars_0",
    "chars_1_15",
    "chars_16_63",
    "chars_64_255",
    "chars_256_1023",
    "chars_1024_4095",
    "chars_4096_16383",
    "chars_16384_up",
]
"""Length of a text's exact form in code points, in steps of four."""

DOMAIN_EXACT: Final = b"tracemark/token/text/1/exact\0"
DOMAIN_LOOSE: Final = b"tracemark/token/text/1/loose\0"
DOMAIN_FILE: Final = b"tracemark/token/file/1\0"
DOMAIN_SUBJECT: Final = b"tracemark/subject/1\0"

_KEY_DOMAIN: Final = b"tracemark/key/1\0"
_KEY_ID_TAG: Final = b"\x03"
_BLOCK: Final = 64
_INNER_PAD: Final = bytes(byte ^ 0x36 for byte in range(256))
_OUTER_PAD: Final = bytes(byte ^ 0x5C for byte in range(256))
_BUCKETS: Final[tuple[LengthBucket, ...]] = get_args(LengthBucket)
_LIMITS: Final = (1, 16, 64, 256, 1024, 4096, 16384)
_SUBJECT_BYTES: Final = 16


class SubjectError(SdkError, ValueError):
    """A user id that cannot stand for anybody."""


class TokenKey:
    """HMAC-SHA-256 under one key and one domain, with both already absorbed.

    The same bytes as `hmac.digest(key, domain + message, "sha256")` in little more than half the time.
    """

    __slots__ = ("_inner", "_outer")

    def __init__(self, key: bytes, domain: bytes) -> None:
        """Prepare the two hash states; `key` is at most 64 bytes, ours are 32."""
        if len(key) > _BLOCK:
            raise ValueError(f"key of {len(key)} bytes: at most {_BLOCK} are used as they are")
        block = key.ljust(_BLOCK, b"\0")
        self._inner = hashlib.sha256(block.translate(_INNER_PAD) + domain)
        self._outer = hashlib.sha256(block.translate(_OUTER_PAD))

    def token(self, message: bytes) -> bytes:
        """The 32 bytes for `message`."""
        inner = self._inner.copy()
        inner.update(message)
        outer = self._outer.copy()
        outer.update(inner.digest())
        return outer.digest()

    def token_of_chunks(self, chunks: Iterable[bytes]) -> bytes:
        """The same for a message that does not fit in memory."""
        inner = self._inner.copy()
        for chunk in chunks:
            inner.update(chunk)
        outer = self._outer.copy()
        outer.update(inner.digest())
        return outer.digest()


class ContentTokens(NamedTuple):
    """The tokens of one content, as an event carries them.

    Attributes:
        exact: Token of the exact form, or of a file's bytes; None for a blank text.
        loose: Token of the loose form; None for files and for texts without letters and digits.
        key_id: Which key made them.
    """

    exact: bytes | None
    loose: bytes | None
    key_id: str


class TenantKey:
    """One tenant's key for one purpose and epoch, ready to compute tokens.

    Attributes:
        purpose: What it is for.
        epoch: Its number, from 1; a higher one is newer.
        key_id: Its public name, which events carry as `token_key_id`.
    """

    __slots__ = ("_exact", "_file", "_loose", "_subject", "epoch", "key_id", "purpose", "secret")

    def __init__(self, purpose: Purpose, epoch: int, secret: bytes) -> None:
        """Wrap the derived key; `derive` makes one from a root secret."""
        self.purpose: Purpose = purpose
        self.epoch = epoch
        self.secret = secret
        self.key_id = f"{purpose}-{epoch}-{hashlib.sha256(_KEY_ID_TAG + secret).hexdigest()[:8]}"
        self._exact = TokenKey(secret, DOMAIN_EXACT)
        self._loose = TokenKey(secret, DOMAIN_LOOSE)
        self._file = TokenKey(secret, DOMAIN_FILE)
        self._subject = TokenKey(secret, DOMAIN_SUBJECT)

    @classmethod
    def derive(cls, root: bytes, purpose: Purpose, epoch: int, tenant_id: str) -> "TenantKey":
        """The key of `tenant_id` under the root secret of (purpose, epoch)."""
        info = _KEY_DOMAIN + purpose.encode() + b"\0" + tenant_id.encode()
        return cls(purpose, epoch, hmac.digest(root, info, "sha256"))

    def __repr__(self) -> str:
        return f"TenantKey({self.key_id!r})"

    def tokens(self, text: Canonical) -> ContentTokens:
        """Tokens of a text."""
        exact = None if text.exact is None else self._exact.token(text.exact)
        loose = None if text.loose is None else self._loose.token(text.loose)
        return ContentTokens(exact, loose, self.key_id)

    def file_tokens(self, data: bytes) -> ContentTokens:
        """Tokens of a file held in memory: its bytes as they are."""
        return ContentTokens(self._file.token(data), None, self.key_id)

    def file_tokens_of_chunks(self, chunks: Iterable[bytes]) -> ContentTokens:
        """Tokens of a file read piece by piece."""
        return ContentTokens(self._file.token_of_chunks(chunks), None, self.key_id)

    def pseudonym(self, user_id: bytes) -> str:
        """What `subject_ref` stores for a user id in canonical form."""
        return self._subject.token(user_id)[:_SUBJECT_BYTES].hex()


def subject_ref(key: TenantKey, user_id: str) -> str:
    """The pseudonym of `user_id`: 32 hex digits, the same for ever within a tenant and unrelated in any other.

    Raises:
        SubjectError: the id is blank, or `key` is not a subject key.
        CanonicalError: the id holds a lone surrogate.
    """
    if key.purpose != "subject":
        raise SubjectError(f"a pseudonym needs a key of purpose subject, not {key.purpose}")
    return key.pseudonym(subject_bytes(user_id))


def subject_bytes(user_id: str) -> bytes:
    """What a pseudonym is made of; raises what `subject_ref` raises for the id."""
    exact = exact_bytes(user_id)
    if exact is None:
        raise SubjectError("user id is blank; leave it out (None) for content that belongs to no user")
    return exact


def length_bucket(text: Canonical) -> LengthBucket:
    """The bucket of a text's length: enough for statistics, too little to tell texts apart."""
    return _BUCKETS[bisect_right(_LIMITS, text.length)]

"""From the caller's content and user id to the fields that may leave the process.

This is the edge behind which no text exists: everything after it sees tokens, commitments, buckets and pseudonyms.
"""

from collections.abc import Mapping
from typing import Any

from tracemark.schemas import EventCodec, InvalidEvent
from tracemark.schemas.sealing import content_commitment
from tracemark.sdk.canonical import CanonicalError, canonicalise
from tracemark.sdk.keyring import Keyring
from tracemark.sdk.tokens import ContentTokens, Purpose, SubjectError, TenantKey, length_bucket, subject_bytes

__all__ = ["Content", "Digester", "People", "check_people"]

Content = str | bytes | bytearray | memoryview
"""A text, or the bytes of a file."""

People = Mapping[str, str | None]
"""Ids of people, by the field that takes the pseudonym."""

_ARGUMENTS = {"subject_ref": "user", "recipient_ref": "recipient", "accessor_ref": "accessor"}

_NO_CONTENT: dict[str, Any] = {
    "content_form": None,
    "length_bucket": None,
    "content_commitment": None,
    "token_exact": None,
    "token_loose": None,
    "token_key_id": None,
}


class Digester:
    """Computes digests under the keys of a keyring. Thread-safe: derived keys are kept, and computing one twice is harmless."""

    def __init__(self, keyring: Keyring, *, prompts: bool = True) -> None:
        """`keyring` is never changed here; without `prompts`, a prompt leaves nothing that was made of its text."""
        self._keyring = keyring
        self._prompts = prompts
        self._keys: dict[tuple[Purpose, str], TenantKey] = {}

    def fields(
        self, codec: EventCodec, row: dict[str, Any], *, people: People, content: Content | None, salt: bytes
    ) -> dict[str, Any]:
        """The digest fields of an event; raises `InvalidEvent` for a content or person that has none."""
        tenant = row["tenant_id"]
        _check_named(codec, people)
        found: dict[str, Any] = {name: self._person(name, people.get(name), tenant) for name in codec.people}
        if not codec.has_tokens:
            if content is not None:
                raise InvalidEvent(
                    "content", f"was given for {codec.event_type}, which identifies none", "leave it out"
                )
            return found
        purpose: Purpose = "prompt" if codec.event_type == "prompt.received" else "output"
        digests = _NO_CONTENT if content is None else self._content(content, self._key(purpose, tenant), salt)
        # Digested first: what is no content is refused in every mode.
        return found | (digests if self._prompts or purpose == "output" else _NO_CONTENT)

    def _content(self, content: Content, key: TenantKey, salt: bytes) -> dict[str, Any]:
        if isinstance(content, str):
            return _text_fields(content, key, salt)
        data = _file_bytes(content)
        return _fields(key.file_tokens(data), content_commitment(salt, data), "bytes_1", None)

    def _person(self, field: str, person: object, tenant: str) -> str | None:
        return None if person is None else self._key("subject", tenant).pseudonym(_person_bytes(field, person))

    def _key(self, purpose: Purpose, tenant: str) -> TenantKey:
        key = self._keys.get((purpose, tenant))
        if key is None:
            key = self._keys[purpose, tenant] = self._keyring.current(purpose, tenant)
        return key


def check_people(codec: EventCodec, people: People) -> None:
    """Raise the `InvalidEvent` that the digests of these people would raise; needs no key."""
    _check_named(codec, people)
    for field, person in people.items():
        if person is not None:
            _person_bytes(field, person)


def _check_named(codec: EventCodec, people: People) -> None:
    for field, person in people.items():
        if person is not None and field not in codec.people:
            raise InvalidEvent(_ARGUMENTS[field], f"was given for {codec.event_type}, which names none", "leave it out")


def _person_bytes(field: str, person: object) -> bytes:
    argument = _ARGUMENTS[field]
    if not isinstance(person, str):
        raise InvalidEvent(argument, f"is of type {type(person).__name__}", "pass your id of the person as text")
    try:
        return subject_bytes(person)
    except (SubjectError, CanonicalError) as error:
        raise InvalidEvent(argument, "cannot be made a pseudonym", str(error)) from None


def _file_bytes(content: object) -> bytes:
    if not isinstance(content, bytes | bytearray | memoryview):
        raise InvalidEvent("content", f"is of type {type(content).__name__}", "pass text (str) or the bytes of a file")
    try:
        return bytes(content)
    except ValueError:
        raise InvalidEvent("content", "is a memoryview that was released", "record it before releasing it") from None


def _text_fields(text: str, key: TenantKey, salt: bytes) -> dict[str, Any]:
    try:
        canonical = canonicalise(text)
    except CanonicalError as error:
        position = error.position
    else:
        commitment = content_commitment(salt, canonical.exact or b"")
        return _fields(key.tokens(canonical), commitment, "text_1", length_bucket(canonical))
    # Raised outside the handler: the codec's own error holds the whole text, and must not be in the context.
    raise InvalidEvent(
        "content", f"is text with a lone surrogate at index {position}", "decode its source with errors='replace'"
    )


def _fields(tokens: ContentTokens, commitment: bytes, form: str, bucket: str | None) -> dict[str, Any]:
    return {
        "content_form": form,
        "length_bucket": bucket,
        "content_commitment": commitment,
        "token_exact": tokens.exact,
        "token_loose": tokens.loose,
        "token_key_id": tokens.key_id if tokens.exact is not None else None,
    }

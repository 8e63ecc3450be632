"""Tokens, pseudonyms and length buckets."""

import hmac
import sys
import threading
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from support import second_text as second
from support.texts import prose
from tracemark.schemas import schemas
from tracemark.sdk.canonical import Canonical, CanonicalError, canonicalise
from tracemark.sdk.tokens import LengthBucket, Purpose, SubjectError, TenantKey, TokenKey, length_bucket, subject_ref

ROOT = bytes(range(32))
KEYS = st.binary(min_size=32, max_size=32)
IDS = st.from_regex(r"[A-Za-z0-9._:-]{1,64}", fullmatch=True)


def key(purpose: Purpose = "output", epoch: int = 1, tenant_id: str = "acme") -> TenantKey:
    """A tenant's key under a fixed root."""
    return TenantKey.derive(ROOT, purpose, epoch, tenant_id)


@given(st.binary(max_size=64), st.binary(max_size=200), st.binary(max_size=400))
def test_prepared_hmac_equals_the_standard_library(secret: bytes, domain: bytes, message: bytes) -> None:
    """Two prepared hash states give the bytes of RFC 2104, time after time."""
    prepared = TokenKey(secret, domain)
    expected = hmac.digest(secret, domain + message, "sha256")
    assert prepared.token(message) == prepared.token(message) == expected
    assert prepared.token_of_chunks([message[:7], b"", message[7:]]) == expected


def test_a_key_longer_than_a_block_is_refused() -> None:
    """HMAC would hash it first, which the prepared states do not do."""
    with pytest.raises(ValueError, match="65 bytes"):
        TokenKey(bytes(65), b"")


def test_threads_share_a_key() -> None:
    """Computing on several threads at once mixes nothing up."""
    shared, found = TokenKey(ROOT, b"d"), dict[int, set[bytes]]()

    def work(number: int) -> None:
        found[number] = {shared.token(bytes([number]) * 5000) for _ in range(300)}

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == {number: {hmac.digest(ROOT, b"d" + bytes([number]) * 5000, "sha256")} for number in range(4)}


@given(KEYS, st.sampled_from(get_args(Purpose)), st.integers(1, 999_999), IDS)
def test_key_derivation_equals_the_second_implementation(
    root: bytes, purpose: Purpose, epoch: int, tenant: str
) -> None:
    """A tenant's key and its name follow from root, purpose and tenant."""
    derived = TenantKey.derive(root, purpose, epoch, tenant)
    secret = second.tenant_key(root, purpose, tenant)
    assert (derived.secret, derived.key_id) == (secret, second.key_id(purpose, epoch, secret))


@given(prose)
def test_tokens_of_a_text(text: str) -> None:
    """Each form has a token of its own domain; forms, purposes and tenants share none."""
    tokens = key().tokens(canonicalise(text))
    secret = second.tenant_key(ROOT, "output", "acme")
    assert tokens.exact == second.token(secret, "tracemark/token/text/1/exact", second.exact(text).encode())
    assert tokens.loose == second.token(secret, "tracemark/token/text/1/loose", second.loose(text).encode())
    others = [key("prompt"), key(tenant_id="other")]
    tokens_of_all = [tokens, *(other.tokens(canonicalise(text)) for other in others)]
    assert len({token for each in tokens_of_all for token in each[:2]}) == 6


def test_absent_forms_have_no_token() -> None:
    """A blank text has none, a text of emoji only the exact one."""
    assert key().tokens(canonicalise(" "))[:2] == (None, None)
    emoji = key().tokens(canonicalise("🎉"))
    assert emoji.exact is not None
    assert emoji.loose is None


@given(st.binary(max_size=300))
def test_a_file_is_its_bytes(data: bytes) -> None:
    """A file has one token, the same read whole or in pieces, and no token of a text that looks alike."""
    tokens = key().file_tokens(data)
    assert tokens == key().file_tokens_of_chunks([data[:10], data[10:]])
    assert tokens.loose is None
    assert tokens.exact != key().tokens(Canonical(data, None, 1)).exact


def test_representation_hides_the_secret() -> None:
    """A key may stand in a log line."""
    assert repr(key()) == f"TenantKey({key().key_id!r})"
    assert key().secret.hex() not in repr(vars(sys.modules[__name__]))


@given(prose, IDS)
def test_pseudonyms(user: str, tenant: str) -> None:
    """The same user is the same within a tenant, whatever the spelling, and unrelated in another."""
    subject = key("subject", tenant_id=tenant)
    ref = subject_ref(subject, user)
    assert ref == subject_ref(subject, f"  {user}\n")
    assert ref != subject_ref(key("subject", tenant_id=f"{tenant[:60]}:x"), user)
    assert len(bytes.fromhex(ref)) == 16


@pytest.mark.parametrize("user", ["", "  ", "\n"])
def test_a_blank_user_is_refused(user: str) -> None:
    """Nobody is not a person whose events belong together."""
    with pytest.raises(SubjectError, match="leave it out"):
        subject_ref(key("subject"), user)


def test_pseudonyms_take_the_subject_key_only() -> None:
    """A pseudonym under a rotating key would part a person's events."""
    with pytest.raises(SubjectError, match="purpose subject, not output"):
        subject_ref(key(), "u-42")
    with pytest.raises(CanonicalError, match="index 3"):
        subject_ref(key("subject"), "abc\ud800")


@pytest.mark.parametrize("length", [0, 1, 15, 16, 63, 64, 255, 256, 1023, 1024, 4095, 4096, 16383, 16384, 100_000])
def test_length_buckets(length: int) -> None:
    """The bucket of a length is the one whose name says so."""
    assert length_bucket(canonicalise("字" * length)) == second.bucket("字" * length)


def test_length_buckets_are_those_of_the_schema() -> None:
    """Every bucket can be written in an event."""
    buckets = [
        field["type"][1]["symbols"]
        for schema in schemas()
        for field in schema.avro["fields"]
        if field["name"] == "length_bucket"
    ]
    assert buckets
    assert all(symbols == list(get_args(LengthBucket)) for symbols in buckets)

"""Keyrings as values: what they hold, how they rotate, what may be taken out of them."""

from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracemark.schemas.clock import FixedClock
from tracemark.sdk.keyring import KeyMissing, Keyring, KeyringMisuse, StoredKey, check_keyring
from tracemark.sdk.tokens import Purpose, TenantKey

CLOCK = FixedClock()
PURPOSES: tuple[Purpose, ...] = get_args(Purpose)
TENANTS = st.from_regex(r"[A-Za-z0-9._:-]{1,64}", fullmatch=True)


@pytest.fixture
def ring() -> Keyring:
    """A new ring."""
    return Keyring.create(clock=CLOCK)


def secrets_of(ring: Keyring) -> set[bytes]:
    """Its secrets."""
    return {entry.secret for entry in ring.entries}


def test_a_new_ring_has_one_root_per_purpose(ring: Keyring) -> None:
    """Four different random secrets, dated by the clock, and no two rings share one."""
    assert [entry.name for entry in ring.entries] == ["dlq-1", "output-1", "prompt-1", "subject-1"]
    assert {entry.created_at for entry in ring.entries} == {"2026-01-01T00:00:00Z"}
    assert len(secrets_of(ring) | secrets_of(Keyring.create(clock=CLOCK))) == 8


@given(tenant=TENANTS)
def test_keys_follow_from_the_roots(tenant: str) -> None:
    """A tenant's key is derived as published, and asking twice gives the very same object."""
    ring = Keyring.create(clock=CLOCK)
    for entry in ring.entries:
        key = ring.current(entry.purpose, tenant)
        assert key.secret == TenantKey.derive(entry.secret, entry.purpose, 1, tenant).secret
        assert ring.current(entry.purpose, tenant) is key


def test_rotation_adds_an_epoch_and_keeps_the_older(ring: Keyring) -> None:
    """New tokens use the new key, old ones are still found with the old."""
    old = ring.current("output", "acme")
    rotated = ring.rotated(clock=CLOCK).rotated(["output"], clock=CLOCK)
    assert [key.epoch for key in rotated.all_epochs("output", "acme")] == [3, 2, 1]
    assert [key.epoch for key in rotated.all_epochs("prompt", "acme")] == [2, 1]
    assert rotated.all_epochs("output", "acme")[-1].key_id == old.key_id
    assert rotated.current("output", "acme").secret != old.secret
    assert rotated.current("subject", "acme").secret == ring.current("subject", "acme").secret
    assert rotated.dlq_key() == ring.dlq_key()
    assert [entry.name for entry in ring.entries] == ["dlq-1", "output-1", "prompt-1", "subject-1"]


def test_naming_a_purpose_twice_rotates_it_once(ring: Keyring) -> None:
    """A repeated argument is no second epoch."""
    assert ring.rotated(["output", "output"], clock=CLOCK).current("output", "acme").epoch == 2


@pytest.mark.parametrize(("purpose", "reason"), [("subject", "across time"), ("dlq", "dead letter")])
def test_other_purposes_do_not_rotate(ring: Keyring, purpose: Purpose, reason: str) -> None:
    """The refusal says what would break."""
    with pytest.raises(KeyringMisuse, match=reason):
        ring.rotated([purpose], clock=CLOCK)


def test_who_may_look_up_outputs_need_not_hold_prompt_keys(ring: Keyring) -> None:
    """A restricted ring finds outputs of every tenant and epoch, and has nothing else."""
    part = ring.rotated(clock=CLOCK).restricted_to(["output"])
    assert part.current("output", "acme").key_id.startswith("output-2-")
    for purpose in set(PURPOSES) - {"output"}:
        with pytest.raises(KeyMissing, match=f"no {purpose} key for tenant acme"):
            part.current(purpose, "acme")
    with pytest.raises(KeyMissing, match="no dlq key"):
        part.dlq_key()
    assert part.rotated(["output"], clock=CLOCK).current("output", "acme").epoch == 3


def test_a_ring_for_one_tenant_serves_no_other(ring: Keyring) -> None:
    """It holds derived keys in place of roots, so that no other tenant's key follows from it."""
    whole = ring.rotated(clock=CLOCK)
    part = whole.restricted_to(["output", "subject"], tenant_id="acme")
    ids = [key.key_id for key in whole.all_epochs("output", "acme")]
    assert [key.key_id for key in part.all_epochs("output", "acme")] == ids
    assert secrets_of(part).isdisjoint(secrets_of(whole))
    with pytest.raises(KeyMissing, match="tenant other"):
        part.current("output", "other")
    with pytest.raises(KeyringMisuse, match="no root secret of purpose output"):
        part.rotated(["output"], clock=CLOCK)
    assert part.restricted_to(["output"], tenant_id="acme").all_epochs("output", "acme")[0].key_id == ids[0]
    with pytest.raises(KeyMissing):
        part.restricted_to(["output"], tenant_id="other")


@pytest.mark.parametrize("tenant", ["", "a b", "x" * 65, "a\0b", "\ud800", "租户"])
def test_a_tenant_id_that_no_event_could_carry_is_refused(ring: Keyring, tenant: str) -> None:
    """The message says what an id looks like, and does not repeat the wrong one."""
    with pytest.raises(KeyringMisuse, match="1 to 64 characters") as caught:
        ring.current("output", tenant)
    assert not tenant or tenant not in str(caught.value)


def test_the_number_of_kept_tenants_is_bounded(ring: Keyring) -> None:
    """A service of very many tenants does not grow without end, and computes right all the same."""
    first = ring.current("output", "t-0").key_id
    for number in range(5000):
        ring.current("output", f"t-{number}")
    assert len(ring._keys) <= 4096  # pyright: ignore[reportPrivateUsage] - memory has no other door
    assert ring.current("output", "t-0").key_id == first


def test_dead_letter_key_is_an_aes_256_key_of_its_own(ring: Keyring) -> None:
    """It is neither the root nor any tenant's key."""
    assert len(ring.dlq_key()) == 32
    assert ring.dlq_key() not in secrets_of(ring) | {ring.current("dlq", "acme").secret}


def test_representation_shows_names_and_no_secret(ring: Keyring) -> None:
    """A ring may stand in a log line or a failing assertion."""
    shown = repr(ring) + repr(ring.entries) + str(ring.current("output", "acme"))
    assert "output-1" in shown
    assert not any(secret.hex() in shown or repr(secret) in shown for secret in secrets_of(ring))


def test_check_compares_with_a_backup(ring: Keyring) -> None:
    """A backup from before a rotation lacks the new epochs, and one of another ring differs in every key."""
    rotated = ring.rotated(["output"], clock=CLOCK)
    assert check_keyring(rotated, against=rotated).ok
    stale = check_keyring(ring, against=rotated)
    assert (stale.ok, stale.lacking, stale.surplus, stale.different) == (False, ("output-2",), (), ())
    newer = check_keyring(rotated, against=ring)
    assert (newer.ok, newer.surplus) == (True, ("output-2",))
    foreign = check_keyring(Keyring.create(clock=CLOCK), against=ring)
    assert foreign.different == ("dlq-1", "output-1", "prompt-1", "subject-1")


def test_check_compares_with_a_fingerprint_written_down(ring: Keyring) -> None:
    """Capitals and spaces are no matter; a rotation is."""
    written = ring.fingerprint.upper().replace("-", " ")
    assert check_keyring(ring, expected_fingerprint=written).fingerprint_matches is True
    rotated = check_keyring(ring.rotated(clock=CLOCK), expected_fingerprint=written)
    assert (rotated.fingerprint_matches, rotated.ok) == (False, False)


def test_check_tells_which_stored_keys_cannot_be_computed(ring: Keyring) -> None:
    """Keys of another ring, of a missing epoch or purpose, or of a strange form are named, and the ring's own are not."""
    rotated = ring.rotated(["output"], clock=CLOCK)
    own = StoredKey("acme", ring.current("output", "acme").key_id)
    lost = [
        StoredKey("acme", rotated.current("output", "acme").key_id),
        StoredKey("other", own.key_id),
        StoredKey("acme", Keyring.create(clock=CLOCK).current("prompt", "acme").key_id),
        StoredKey("acme", "kms-7"),
        StoredKey("not an id", own.key_id),
    ]
    found = check_keyring(ring, stored=[own, own, *lost])
    assert set(found.not_found) == set(lost)
    assert not found.ok
    assert check_keyring(rotated, stored=[own, lost[0]]).ok

"""The verdict on a file's records, held against the claim, for every mixture of records."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from support.labelled_files import EVENT_HASH, LABEL, OTHER
from tracemark.labels import AIGC_KEYS, Aigc, Claim, InvalidLabel, Record, check, meaning
from tracemark.labels.aigc import parse

CHARACTERS = "".join(map(chr, [0x21, *range(0x23, 0x5C), *range(0x5D, 0x7F)]))
VALUE = st.text(CHARACTERS, min_size=1, max_size=256)
RESERVED = st.text(CHARACTERS, max_size=256) | st.binary(min_size=32, max_size=32).map(bytes.hex)
LABELS = st.builds(
    Aigc,
    label=st.sampled_from(["1", "2", "3"]),
    content_producer=VALUE,
    produce_id=VALUE,
    reserved_code1=RESERVED,
    content_propagator=VALUE,
    propagate_id=VALUE,
    reserved_code2=RESERVED,
)
CLAIM = Claim.of_values(LABEL)
OF_THE_PRODUCER = ("label", "content_producer", "produce_id")
OF_THE_PROPAGATOR = ("content_propagator", "propagate_id", "reserved_code2")


def changed(**values: Any) -> Aigc:
    """The label with these values instead."""
    return replace(LABEL, **values)


def record(label: Aigc) -> Record:
    """As it is found in a file."""
    return Record.found("xmp", "AIGC", label.to_json())


RECORDS = LABELS.map(record) | st.text().map(lambda text: Record.found("xmp", "AIGC", text))


@given(LABELS)
def test_what_is_written_is_read(label: Aigc) -> None:
    """Every legal label survives JSON, and its own claim verifies it."""
    assert parse(label.to_json()).values == label
    assert Aigc.of(label.to_dict()) == label
    verdict = check([record(label)], Claim.of_values(label))
    assert (verdict.state, verdict.errors, verdict.records_found) == ("verified", (), 1)


@given(LABELS, LABELS)
def test_a_record_of_other_content_is_never_intact(label: Aigc, claimed: Aigc) -> None:
    """A label stands only where producer's keys are those claimed, and is verified only where all keys are."""
    claim = Claim.of_values(claimed)
    verdict = check([record(label)], claim)
    assert (verdict.state == "verified") == (label == claimed)
    if any(getattr(label, name) != getattr(claimed, name) for name in (*OF_THE_PRODUCER, "reserved_code1")):
        assert not verdict.intact


@given(st.lists(RECORDS, max_size=4), LABELS.map(Claim.of_values) | st.none())
def test_every_mixture_gets_one_consistent_verdict(records: list[Record], claim: Claim | None) -> None:
    """Missing exactly when there is no record, errors exactly when the label does not stand, nothing known exactly never intact."""
    verdict = check(records, claim)
    assert (verdict.state == "missing") == (not records)
    assert bool(verdict.errors) == (not verdict.intact)
    assert bool(verdict.rewritten) == (verdict.state == "rewritten_by_platform")
    assert all(meaning(code) for code in verdict.errors)
    assert verdict.records_found == len(records)
    assert verdict.record in records or not records
    assert not (verdict.intact and (claim is None or len(records) != 1))
    assert list(verdict.errors) == sorted(set(verdict.errors))
    own = [each for each in records if claim is not None and claim.binds(each)]
    if own:
        assert verdict.state != "forged"


@pytest.mark.parametrize("name", OF_THE_PRODUCER)
def test_a_changed_producer_key_is_altered(name: str) -> None:
    """The content's own record with another value of the producer's keys is told by key."""
    values = {"label": "2"}.get(name, "changed")
    verdict = check([record(changed(**{name: values}))], CLAIM)
    assert verdict.state == "altered"
    assert [code.partition(":")[0] for code in verdict.errors] == ["differs"]


@pytest.mark.parametrize("name", OF_THE_PROPAGATOR)
def test_a_platform_may_fill_in_its_own_keys(name: str) -> None:
    """Propagator keys are a platform's to write: the label stands, and the verdict says what it is."""
    verdict = check([record(changed(**{name: "platform"}))], CLAIM)
    assert (verdict.state, verdict.intact) == ("rewritten_by_platform", True)
    assert (verdict.errors, len(verdict.rewritten)) == ((), 1)


def test_stripped_altered_and_forged_are_told_apart() -> None:
    """No record, the content's record with other values, and a good record of something else."""
    assert check([], CLAIM).state == "missing"
    assert check([record(replace(LABEL, produce_id="changed"))], CLAIM).state == "altered"
    assert check([record(OTHER)], CLAIM).state == "forged"
    assert check([record(LABEL)], None).state == "forged"
    assert check([record(replace(LABEL, reserved_code1=""))], CLAIM).state == "forged"


def test_a_record_more_is_altered() -> None:
    """Beside the content's own record there must be none, neither the same again nor a foreign one."""
    for second in (LABEL, OTHER):
        for records in ([record(LABEL), record(second)], [record(second), record(LABEL)]):
            verdict = check(records, CLAIM)
            assert verdict.state == "altered"
            assert "several_records" in verdict.errors
            assert verdict.record is not None
            assert verdict.record.values == LABEL


def test_a_hash_alone_is_a_claim() -> None:
    """When only the event hash is known, ReservedCode1 decides, spelled as it was written."""
    claim = Claim(event_hash=EVENT_HASH)
    assert check([record(replace(LABEL, produce_id="another"))], claim).state == "verified"
    assert check([record(OTHER)], claim).state == "forged"
    upper = check([record(replace(LABEL, reserved_code1=EVENT_HASH.hex().upper()))], claim)
    assert (upper.state, upper.errors) == ("altered", ("differs:ReservedCode1",))


def test_without_a_hash_producer_and_number_bind() -> None:
    """A label that was written without ReservedCode1 is checked by ContentProducer and ProduceID."""
    plain = replace(LABEL, reserved_code1="")
    claim = Claim.of_values(plain)
    assert claim.event_hash is None
    assert check([record(plain)], claim).state == "verified"
    assert check([record(replace(plain, label="3"))], claim).state == "altered"
    assert check([record(OTHER)], claim).state == "forged"


def test_a_claim_that_claims_nothing_is_refused() -> None:
    """An empty claim would verify anything."""
    with pytest.raises(InvalidLabel, match="needs the event hash"):
        Claim()


def test_the_first_write_names_the_producer_twice() -> None:
    """Annex E, note 1: whoever writes first is producer and propagator."""
    label = Aigc.first(content_producer="P", produce_id="n")
    assert (label.content_propagator, label.propagate_id) == (label.content_producer, label.produce_id)
    assert list(label.to_dict()) == list(AIGC_KEYS)


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"content_producer": ""}, "empty:ContentProducer"),
        ({"content_producer": "某"}, "characters:ContentProducer"),
        ({"produce_id": 'a"b'}, "characters:ProduceID"),
        ({"label": "0"}, "label_value"),
        ({"reserved_code1": "a" * 257}, "too_long:ReservedCode1"),
    ],
)
def test_an_illegal_value_is_refused_by_its_key(values: dict[str, str], code: str) -> None:
    """Nothing is written that the check would not let pass; the error names the key and not the value."""
    with pytest.raises(InvalidLabel, match=code) as refused:
        changed(**values)
    assert all(value not in str(refused.value) for value in values.values() if len(value) > 1)


def test_a_label_without_a_key_is_refused() -> None:
    """Seven keys or none."""
    with pytest.raises(InvalidLabel, match="PropagateID"):
        Aigc.of({key: "1" for key in AIGC_KEYS if key != "PropagateID"})


def test_a_record_in_a_field_of_another_name_breaks_a_rule() -> None:
    """The field or keyword must contain AIGC."""
    found = Record.found("png_text", "Comment", LABEL.to_json())
    assert found.errors == ("field_name",)
    assert check([found], CLAIM).state == "altered"

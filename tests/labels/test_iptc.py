"""IPTC that anybody may have written: read as far as it makes sense, and changed nowhere else."""

from hypothesis import given
from hypothesis import strategies as st

from support.labelled_files import LABEL
from tracemark.labels.iptc import iptc_records, without_iptc_records

RECORD = LABEL.to_json().encode()


def data_set(name: int, value: bytes, *, extended: bool = False) -> bytes:
    """One data set of the application record; a long one tells the length of its length."""
    size = b"\x80\x04" + len(value).to_bytes(4, "big") if extended else len(value).to_bytes(2, "big")
    return bytes((0x1C, 2, name)) + size + value


def resource(kind: int, data: bytes, name: bytes = b"") -> bytes:
    """One resource of Photoshop's block, with the padding it needs."""
    head = b"8BIM" + kind.to_bytes(2, "big") + bytes((len(name),)) + name + bytes((len(name) + 1) % 2)
    return head + len(data).to_bytes(4, "big") + data + bytes(len(data) % 2)


sets = st.builds(data_set, st.integers(0, 255), st.binary(max_size=9), extended=st.booleans())
others = st.lists(sets, max_size=4).map(b"".join)
resources = st.builds(resource, st.sampled_from([0x0404, 0x0425, 0x03ED]), others, st.binary(max_size=5))
blocks = st.lists(resources, max_size=4).map(b"".join)


@given(before=blocks, first=others, extended=st.booleans(), second=others, after=blocks, name=st.integers(0, 255))
def test_a_record_goes_and_everything_else_stays(
    before: bytes, first: bytes, second: bytes, after: bytes, name: int, *, extended: bool
) -> None:
    """Wherever it stands among other data sets and resources, a record is found, and only its bytes go."""
    spoilt = resource(0x0404, first + data_set(name, RECORD, extended=extended) + second)
    (found,) = iptc_records(before + spoilt + after)
    assert found.fields == LABEL.to_dict()
    assert without_iptc_records(before + spoilt + after) == before + resource(0x0404, first + second) + after


@given(st.binary(max_size=200) | st.lists(st.binary(max_size=30) | blocks, max_size=4).map(b"".join))
def test_any_bytes_are_read(block: bytes) -> None:
    """No block makes the reader raise; without a record it stays as it is."""
    assert iptc_records(block) == []
    assert without_iptc_records(block) == block


@given(blocks, st.integers(2, 60))
def test_a_block_that_is_cut_loses_no_byte(block: bytes, cut: int) -> None:
    """What cannot be read to its end is kept as it is."""
    spoilt = (block + resource(0x0404, data_set(120, RECORD)))[:-cut]
    assert iptc_records(spoilt) == []
    assert without_iptc_records(spoilt) == spoilt

"""The URL of embedded mode: whatever a directory is called, its URL names it."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracemark.schemas.urls import embedded_directory, embedded_url
from tracemark.sdk import ClientConfig, ConfigurationError
from tracemark.store import StoreConfig, StoreConfigError

# NUL and slashes are in no name, and lone surrogates in no text; the engine takes no question mark.
_NAMES = st.text(st.characters(exclude_characters="\0/?", exclude_categories=["Cs"]), min_size=1).filter(
    lambda name: name.strip(".") != ""
)


@given(names=st.lists(_NAMES, min_size=1, max_size=3))
def test_a_directory_of_any_name_comes_back(names: list[str]) -> None:
    """Services and the store find the directory that the URL was made of."""
    directory = Path("/", *names)
    url = embedded_url(directory)
    assert embedded_directory(url) == directory
    assert ClientConfig(url=url, service_id="svc").embedded_dir == directory
    assert StoreConfig.parse(url).directory == StoreConfig.embedded(directory).directory == directory


def test_what_people_can_read_stays_as_it_is() -> None:
    """A usual name, of any script, is not encoded."""
    assert embedded_url(Path("/srv/审计 log/data-1")) == "embedded:///srv/审计 log/data-1"


@pytest.mark.parametrize("end", ["?", "?b", "%3F", "%3Fb", "#", "#b"])
def test_a_name_that_would_be_cut_off_is_refused(end: str) -> None:
    """Half a name would be another directory; the error says what to do."""
    remedy = "write %23" if "#" in end else "choose another name"
    with pytest.raises(ConfigurationError, match=remedy):
        ClientConfig(url=f"embedded:///srv/a{end}", service_id="svc")
    with pytest.raises(StoreConfigError, match=remedy):
        StoreConfig.parse(f"embedded:///srv/a{end}")


def test_another_scheme_names_no_directory() -> None:
    """Kafka and a server have none."""
    assert embedded_directory("kafka://host:9092") is None

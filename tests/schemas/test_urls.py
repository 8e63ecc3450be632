"""The URL of embedded mode: whatever a directory is called, its URL names it."""

from pathlib import Path
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracemark.schemas.urls import embedded_directory, embedded_url
from tracemark.sdk import ClientConfig, ConfigurationError
from tracemark.store import StoreConfig, StoreConfigError

# urlsplit takes these out of any URL, so no URL can hold them; NUL is in no path, and lone surrogates in no text.
_NAMES = st.text(st.characters(exclude_characters="\t\r\n\0/", exclude_categories=["Cs"]), min_size=1).filter(
    lambda name: name.strip(".") != ""
)


@given(names=st.lists(_NAMES, min_size=1, max_size=3))
def test_a_directory_of_any_name_comes_back(names: list[str]) -> None:
    """Services and the store find the directory that the URL was made of."""
    directory = Path("/", *names, "data")
    url = embedded_url(directory)
    assert embedded_directory(urlsplit(url)) == directory
    assert ClientConfig(url=url, service_id="svc").embedded_dir == directory
    assert StoreConfig.parse(url).directory == StoreConfig.embedded(directory).directory == directory


def test_what_people_can_read_stays_as_it_is() -> None:
    """A usual name, of any script, is not encoded."""
    assert embedded_url(Path("/srv/审计 log/data-1")) == "embedded:///srv/审计 log/data-1"


@pytest.mark.parametrize("url", ["embedded:///srv/a?b", "embedded:///srv/a#b"])
def test_a_name_that_a_url_would_cut_off_is_refused(url: str) -> None:
    """Half a name would be another directory; the error says how to write it."""
    with pytest.raises(ConfigurationError, match="write %3F and %23"):
        ClientConfig(url=url, service_id="svc")
    with pytest.raises(StoreConfigError, match="write %3F and %23"):
        StoreConfig.parse(url)


def test_another_scheme_names_no_directory() -> None:
    """Kafka and a server have none."""
    assert embedded_directory(urlsplit("kafka://host:9092")) is None

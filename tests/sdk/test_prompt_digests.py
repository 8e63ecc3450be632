"""Where a regime limits the log to output data, prompts are recorded without anything made of their text."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tracemark.schemas import InvalidEvent
from tracemark.sdk import ClientConfig, ConfigurationError
from tracemark.sdk.testing import Recorder

PROMPT, ANSWER = "Wie wird das Wetter am Sonntag in Bremen?", "Heiter bis wolkig."
DIGESTS = ("token_exact", "token_loose", "token_key_id", "content_commitment", "content_form", "length_bucket")


@pytest.fixture
def european(tmp_path: Path) -> Iterator[Recorder]:
    """A client of a service for the Union alone."""
    made = Recorder(tmp_path / "journals", jurisdiction=("eu",), audience_class="public_outside")
    yield made
    made.close()


def _recorded(recorder: Recorder) -> tuple[dict[str, Any], dict[str, Any]]:
    with recorder.client.generation(model="m-1", user="u-1") as gen:
        gen.prompt(PROMPT)
        gen.output(ANSWER)
    (prompt,), (output,) = recorder.events("prompt.received"), recorder.events("output.generated")
    return prompt, output


def test_for_the_union_alone_a_prompt_leaves_no_digest(european: Recorder) -> None:
    """That a prompt came, when and from whom is recorded; outputs are digested as everywhere."""
    prompt, output = _recorded(european)
    assert [prompt[name] for name in DIGESTS] == [None] * len(DIGESTS)
    assert prompt["subject_ref"] == output["subject_ref"] is not None
    assert all(output[name] is not None for name in DIGESTS)


def test_what_is_no_content_is_refused_all_the_same(european: Recorder) -> None:
    """A prompt of a wrong kind is an error in every mode, and nothing is recorded."""
    with european.client.generation(model="m-1") as gen, pytest.raises(InvalidEvent, match="content"):
        gen.prompt(7)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType] - on purpose


@pytest.mark.parametrize(
    ("settings", "kept"),
    [
        ({}, True),
        ({"jurisdiction": ("cn", "eu")}, True),
        ({"jurisdiction": ("eu",)}, False),
        ({"jurisdiction": ["eu"]}, False),
        ({"jurisdiction": ("eu", "eu")}, False),
        ({"jurisdiction": "eu"}, False),
        ({"jurisdiction": ("eu",), "prompt_digests": True}, True),
        ({"prompt_digests": False}, False),
    ],
)
def test_a_setting_wins_over_the_regime(tmp_path: Path, settings: dict[str, Any], kept: bool) -> None:
    """Digests are kept unless the Union's rules are the only ones, or as the service says."""
    recorder = Recorder(tmp_path / "journals", **settings)
    prompt, _ = _recorded(recorder)
    recorder.close()
    assert (prompt["token_exact"] is not None) is kept


def test_the_environment_knows_true_and_false() -> None:
    """Anything else is refused by name."""
    environ = {"TRACEMARK_URL": "kafka://b:9092", "TRACEMARK_SERVICE_ID": "svc-1"}
    decided = [
        ClientConfig.from_env(environ | {"TRACEMARK_PROMPT_DIGESTS": word}).digests_prompts
        for word in ("true", "false")
    ]
    assert decided == [True, False]
    with pytest.raises(ConfigurationError, match="TRACEMARK_PROMPT_DIGESTS"):
        ClientConfig.from_env(environ | {"TRACEMARK_PROMPT_DIGESTS": "no"})

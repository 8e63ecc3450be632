"""Which labelling duty an output is recorded with, when nobody names one."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracemark.schemas import InvalidEvent
from tracemark.schemas.events import Modality
from tracemark.sdk.duties import strictest_duty
from tracemark.sdk.testing import Recorder

MODALITIES: list[Modality] = ["text", "audio", "virtual_scene", "image", "video", "other"]
TEXT, OTHER = "ds17_1_1_text_dialogue_writing", "ds17_1_5_other_significant"


@given(st.lists(st.sampled_from(MODALITIES), min_size=1))
def test_a_mixture_has_the_duty_of_its_strictest_part(modalities: list[Modality]) -> None:
    """Whatever stands beside it, in whichever order: what has to be labelled alone has to be labelled together."""
    alone = {strictest_duty([one]) for one in modalities}
    assert strictest_duty(modalities) in alone
    assert (strictest_duty(modalities) == "none") is (alone == {"none"})


@pytest.mark.parametrize(
    ("modality", "duty"),
    [("text", TEXT), (["other", "text"], TEXT), (["other", "video", "other"], OTHER), (["other"], "none")],
)
def test_every_modality_counts(recorder: Recorder, modality: Any, duty: str) -> None:
    """For the request's modality and for a call's own, on outputs, labels and deliveries alike."""
    with recorder.client.generation(model="m-1", modality=modality) as gen:
        gen.output("a")
        gen.label(kind="explicit", carrier="text_prompt")
    with recorder.client.generation(model="m-1", modality="other") as gen:
        list(gen.stream(["a"], modality=modality))
        gen.deliver(channel="copy", modality=modality)
    rows = recorder.events()[1:]
    assert len(rows) == 4
    assert {row["duty_basis"] for row in rows} == {duty}


def test_a_named_duty_wins(recorder: Recorder) -> None:
    """The call's before the request's, the request's before the modality's."""
    with recorder.client.generation(model="m-1", duty_basis="ds17_2_offer_function") as gen:
        gen.output("a")
        gen.output("b", duty_basis="none")
    assert [row["duty_basis"] for row in recorder.events("output.generated")] == ["ds17_2_offer_function", "none"]


def test_other_regimes_have_other_duties(tmp_path: Path) -> None:
    """Where China's rules do not apply, none of its duties is recorded."""
    recorder = Recorder(tmp_path, jurisdiction=("eu", "us-ca"))
    with recorder.client.generation(model="m-1") as gen:
        gen.output("a")
    [row] = recorder.events("output.generated")
    recorder.close()
    assert row["duty_basis"] == "none"


@pytest.mark.parametrize(
    ("modality", "problem"),
    [
        ("what the user wrote", r"modality\[0\]: is not in the enumeration; "),
        ("images", r"modality\[0\]: is not in the enumeration; did you mean image\?"),
        (["text", "sound"], r"modality\[1\]: is not in the enumeration; "),
        ([], "modality: is empty; "),
        ((), "modality: is empty; "),
        ({"text"}, "modality: is of type set; "),
        ([["text"]], r"modality\[0\]: is of type list; "),
        (7, "modality: is of type int; "),
    ],
)
def test_a_wrong_modality_is_refused_where_it_was_written(recorder: Recorder, modality: Any, problem: str) -> None:
    """By the request and by each of its calls, with the remedy and without the value; nothing is recorded."""
    with recorder.client.generation(model="m-1") as gen:
        for call in (
            lambda: recorder.client.generation(model="m-1", modality=modality),
            lambda: gen.prompt("a", modality=modality),
            lambda: gen.output("a", modality=modality),
            lambda: gen.stream(["a"], modality=modality),
            lambda: gen.label(kind="explicit", carrier="text_prompt", modality=modality),
            lambda: gen.deliver(channel="copy", modality=modality),
        ):
            with pytest.raises(InvalidEvent, match=f"^{problem}") as caught:
                call()
            assert "what the user wrote" not in str(caught.value)
    assert recorder.client.accounting().emitted == 1

"""Which labelling duty a content has by its modalities (Deep Synthesis Provisions art. 17)."""

from collections.abc import Mapping, Sequence
from typing import Final

from tracemark.schemas import InvalidEvent
from tracemark.schemas.checking import check_array
from tracemark.schemas.events import DutyBasis, Modality
from tracemark.sdk.arguments import among, several

__all__ = ["modalities_of", "strictest_duty"]

_BY_MODALITY: Final[Mapping[Modality, DutyBasis]] = {
    "text": "ds17_1_1_text_dialogue_writing",
    "audio": "ds17_1_2_voice",
    "virtual_scene": "ds17_1_4_immersive_scene",
    "image": "ds17_1_5_other_significant",
    "video": "ds17_1_5_other_significant",
    "other": "none",
}
"""The strictest duty that fits: a wrong default then shows as a missing label, not as a duty that nobody noticed."""

_MODALITIES: Final[frozenset[str]] = frozenset(_BY_MODALITY)


def modalities_of(given: Modality | Sequence[Modality]) -> tuple[Modality, ...]:
    """The modalities that a caller named, one or several; raises `InvalidEvent`."""
    if isinstance(given, str) and among(given, _MODALITIES):
        return (given,)
    found = several("modality", given)
    if not found:
        raise InvalidEvent("modality", "is empty", "name what the content is made of; other, if it is nothing else")
    check_array("modality", found, _MODALITIES, "id")
    return found


def strictest_duty(modalities: Sequence[Modality]) -> DutyBasis:
    """The duty of the first modality that has one, where all that have one are equally strict."""
    for one in modalities:
        if (duty := _BY_MODALITY[one]) != "none":
            return duty
    return "none"

"""The services of a world: what each makes, for whom, and under which regimes."""

from dataclasses import dataclass
from typing import Final, TypedDict

__all__ = ["ABROAD", "CHINA", "MANIFEST", "SERVICES", "WATERMARK", "Kind"]


class _Reach(TypedDict):
    scope: str
    audience: str


ABROAD: Final[_Reach] = {"scope": "outside_mainland", "audience": "public_outside"}
CHINA: Final = "cn"
WATERMARK: Final = "digital_watermark"
MANIFEST: Final = "c2pa_manifest"


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """A kind of service.

    Attributes:
        service_id: Its name.
        modality: Of what it makes.
        duty_basis: Labelling duty.
        media_type: Of its files; empty for text without a file.
        positions: Where its explicit label stands.
        scope: Declared scope.
        audience: Whom it serves.
        role: In the provision chain.
        jurisdiction: Regimes that its events name.
        marks: Carriers of its further labels: marks that machines read, or a notice in its interface.
        model: Of its outputs, with its version; empty when nobody says.
    """

    service_id: str
    modality: str = "text"
    duty_basis: str = "ds17_1_1_text_dialogue_writing"
    media_type: str = ""
    positions: tuple[str, ...] = ("end",)
    scope: str = "public_mainland"
    audience: str = "public_mainland"
    role: str = "provider_direct"
    jurisdiction: tuple[str, ...] = (CHINA,)
    marks: tuple[str, ...] = ()
    model: tuple[str, str] = ("", "")


SERVICES: Final = (
    Kind(service_id="svc-chat"),
    Kind(
        service_id="svc-image",
        modality="image",
        duty_basis="ds17_1_5_other_significant",
        media_type="image/png",
        positions=("in_image",),
    ),
    Kind(service_id="svc-voice", modality="audio", duty_basis="ds17_1_2_voice", media_type="audio/mpeg"),
    Kind(
        service_id="svc-video",
        modality="video",
        duty_basis="ds17_1_5_other_significant",
        media_type="video/mp4",
        positions=("opening_frame", "player_surround"),
    ),
    Kind(service_id="svc-offer", duty_basis="ds17_2_offer_function"),
    Kind(service_id="svc-news", positions=("start",)),
    Kind(service_id="svc-resale", role="provider_via_api", positions=("around_text",)),
    Kind(service_id="svc-lab", scope="not_public", audience="staff_or_member"),
    Kind(
        service_id="svc-eu-chat",
        duty_basis="none",
        jurisdiction=("eu",),
        marks=("interface_notice", WATERMARK),
        **ABROAD,
    ),
    Kind(
        service_id="svc-world-image",
        modality="image",
        duty_basis="none",
        media_type="image/png",
        jurisdiction=("eu", "us-ca"),
        marks=("interface_notice", WATERMARK, MANIFEST),
        model=("m-2", "2.1"),
        **ABROAD,
    ),
    Kind(
        service_id="svc-ca-voice",
        modality="audio",
        duty_basis="none",
        media_type="audio/mpeg",
        jurisdiction=("us-ca",),
        model=("m-3", "1.0"),
        **ABROAD,
    ),
)
"""Of every regime, each in good order."""

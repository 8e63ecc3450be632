"""Stories about the duties of California: violations, near misses, and what nothing can be said about."""

from dataclasses import replace
from typing import Final

from tracemark.query.testing.plot import Plot, plant
from tracemark.query.testing.requests import AIGC
from tracemark.query.testing.rows import Event
from tracemark.query.testing.services import WATERMARK
from tracemark.query.testing.teller import HOUR

_CA: Final = "us-ca"
_DAY: Final = 24 * HOUR
_HERE: Final = {"jurisdiction": ["us-ca"]}
_OTHERS: Final[tuple[Event, ...]] = ({"audience_class": "test"}, {"jurisdiction": []})


@plant("violation", _CA)
def sound_without_disclosure(p: Plot) -> None:
    """No latent disclosure of any carrier."""
    request = p.request(p.producer("svc-ca-voice"), without=["implicit"])
    p.expect("CA-LATENT", request.content_id, "not_marked")


@plant("violation", _CA)
def disclosure_that_is_missing(p: Plot) -> None:
    """One that the record itself calls missing is none."""
    request = p.request(p.producer("svc-ca-voice"), implicit={"label_state": "missing"})
    p.expect("CA-LATENT", request.content_id, "not_marked")


@plant("violation", _CA)
def disclosure_without_provider(p: Plot) -> None:
    """It was written without one; and one was found to hold none."""
    producer = p.producer("svc-ca-voice")
    nobody = {"aigc_content_producer": ""}
    p.expect("CA-FIELDS", p.request(producer, implicit=nobody).content_id, "no_provider")
    p.expect("CA-FIELDS", p.request(producer, readback=nobody).content_id, "no_provider")


@plant("violation", _CA)
def disclosure_without_identifier(p: Plot) -> None:
    """A label with its provider, and no id."""
    request = p.request(p.producer("svc-ca-voice"), implicit={"aigc_produce_id": ""})
    p.expect("CA-FIELDS", request.content_id, "no_unique_id")


@plant("violation", _CA)
def identifier_used_twice(p: Plot) -> None:
    """Two outputs say that they are the same."""
    producer = p.producer("svc-ca-voice")
    same = {"aigc_produce_id": f"p-{p.name}"}
    for _ in range(2):
        p.expect("CA-FIELDS", p.request(producer, implicit=same).content_id, "id_not_unique")


@plant("near_miss", _CA)
def identifier_of_another_provider(p: Plot) -> None:
    """The same id under two providers' names; and the same output labelled twice."""
    producer = p.producer("svc-ca-voice")
    same = {"aigc_produce_id": f"p-{p.name}"}
    p.request(producer, implicit=same)
    p.request(producer, implicit={**same, "aigc_content_producer": "001191110000MA00000000200000"})
    request = p.request(producer)
    again = {**AIGC, "label_state": "preserved", "modality": ["audio"], "aigc_produce_id": request.content_id}
    p.tell(p.teller.event(producer, "label.applied", p.at + HOUR, content_id=request.content_id, **again))


@plant("near_miss", _CA)
def text_needs_no_disclosure(p: Plot) -> None:
    """The rule is about pictures, videos and sound."""
    p.request(p.producer("svc-eu-chat"), output=_HERE, without=[WATERMARK])


@plant("near_miss", _CA)
def not_for_california(p: Plot) -> None:
    """Without a disclosure, for a test, for the public of mainland China, and under no regime that was named."""
    producer = p.producer("svc-ca-voice")
    for other in _OTHERS:
        p.request(producer, without=["implicit"], output=other)
    drifted = p.producer(replace(producer.kind, service_id=f"svc-{p.name}"))
    request = p.request(drifted, without=["implicit"], output={"audience_class": "public_mainland"})
    p.expect("INV-13", request.content_id, "public_audience")


@plant("near_miss", _CA)
def disclosure_that_came_late(p: Plot) -> None:
    """Its event arrives a week after the output."""
    p.request(p.producer("svc-ca-voice"), implicit={"_broker_ts": (p.at + 7 * _DAY) // 1000})


@plant("near_miss", _CA)
def sound_never_produced(p: Plot) -> None:
    """Refused and failed."""
    for finish in ("refused", "error"):
        p.request(p.producer("svc-ca-voice"), finish=finish)


@plant("unknown", _CA)
def manifest_of_unknown_contents(p: Plot) -> None:
    """A manifest and a watermark: they may hold everything, and nothing says so."""
    request = p.request(p.producer("svc-world-image"), without=["implicit", "readback"])
    p.expect("CA-FIELDS", request.content_id, "contents_not_recorded")


@plant("unknown", _CA)
def version_not_recorded(p: Plot) -> None:
    """Nobody says which version of the model it was."""
    request = p.request(p.producer("svc-ca-voice"), output={"model_version": ""})
    p.expect("CA-FIELDS", request.content_id, "system_not_recorded")

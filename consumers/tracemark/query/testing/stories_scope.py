"""Stories of whose traffic the Chinese rules are about: services abroad, tests, staff, and users whom nobody can tell."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final

from tracemark.query.testing.cases import complaint, grant, illegal_content, measure, report, rights_request
from tracemark.query.testing.plot import Plot, plant
from tracemark.query.testing.rows import Event
from tracemark.query.testing.services import ABROAD, MANIFEST, WATERMARK, Kind
from tracemark.query.testing.teller import HOUR, Producer

_LOST: Final[Event] = {"explicit_verdict": "missing", "implicit_verdict": "missing"}
_BARE: Final = ("explicit", "implicit", "review_input", "review_output")
_OUTSIDE: Final = "outside_mainland"


def _pictures(p: Plot, suffix: str = "", **fields: Any) -> Kind:
    """A service of its own that makes pictures of a listed kind."""
    picture = {"modality": "image", "media_type": "image/png", "positions": ("in_image",)}
    kind = p.service(**{"duty_basis": "ds17_1_5_other_significant", **picture, **fields})
    return replace(kind, service_id=f"{kind.service_id}{suffix}")


@plant("violation")
def abroad_for_the_mainland(p: Plot) -> None:
    """A service that says it is for people abroad serves the mainland public, and nothing about it is in order."""
    producer = p.producer(_pictures(p, scope=_OUTSIDE))
    request = p.request(producer, without=_BARE, delivery=_LOST)
    for duty, key, reason in (
        ("INV-1", request.content_id, "no_implicit_label"),
        ("INV-2", request.content_id, "no_explicit_label"),
        ("INV-3", request.content_id, "no_explicit_label"),
        ("INV-13", request.request_id, "public_audience"),
        ("ROW-1", producer.kind.service_id, "undeclared"),
        ("ROW-8", request.request_id, "input_not_reviewed"),
        ("ROW-8", request.content_id, "output_not_reviewed"),
        ("ROW-11", producer.kind.service_id, "no_notice"),
        ("ROW-14", request.content_id, "no_implicit_label"),
    ):
        p.expect(duty, key, reason)


@plant("violation")
def drifted_from_abroad(p: Plot) -> None:
    """Declared to be for people abroad, and one user was of the mainland public, whatever regime the events name."""
    for number, regime in enumerate(("cn", "eu")):
        kind = p.service(jurisdiction=(regime,), marks=("interface_notice", WATERMARK), **ABROAD)
        producer = p.producer(replace(kind, service_id=f"svc-{p.name}-{number}"))
        p.govern(producer)
        p.request(producer)
        public = {"audience_class": "public_mainland"}
        request = p.request(producer, at=p.at + HOUR, delivery=public)
        p.expect("INV-13", request.content_id, "public_audience")


def _nothing_in_order(p: Plot, producer: Producer, *, without: Sequence[str], lost: Event) -> None:
    """What would breach every duty about services, users, cases and grants."""
    name = f"{p.name}-{producer.kind.service_id}"
    p.request(producer, subject=f"s-{name}", without=without, delivery={**lost, "grant_id": f"g-{name}-gone"})
    p.tell(complaint(p.teller, producer, f"c-{name}-1", {"received": p.at, "closed": p.at + HOUR}))
    p.tell(rights_request(p.teller, producer, f"c-{name}-2", {"received": p.at, "closed": p.at + HOUR}))
    unfounded = {"basis_law": "", "basis_contract": "", "automated": True, "explanation_ref": ""}
    p.tell(measure(p.teller, producer, f"c-{name}-3", p.at, f"s-{name}", **unfounded))
    p.tell(illegal_content(p.teller, producer, f"c-{name}-4", p.at, f"o-{name}", steps={"report": None}))
    p.tell(report(p.teller, producer, f"c-{name}-5", p.at, report_state="draft", sent_at=None, receipt_ref=""))
    p.tell(grant(p.teller, producer, f"g-{name}", p.at, f"o-{name}", f"s-{name}", agreement_version=""))


@plant("near_miss")
def judged_elsewhere(p: Plot) -> None:
    """A service for Europeans that names the Union's regime only, declared under special rules without a permit."""
    marks = ("interface_notice", WATERMARK, MANIFEST)
    producer = p.producer(_pictures(p, jurisdiction=("eu",), marks=marks, **ABROAD))
    p.govern(producer)
    next(e for e in p.events if e["event_type"] == "service.declared")["special_regimes"] = ["news_publishing"]
    unseen = ("explicit", "review_input", "review_output")
    _nothing_in_order(p, producer, without=unseen, lost={"explicit_verdict": "missing"})


@plant("near_miss")
def tests_and_people_abroad(p: Plot) -> None:
    """A test of a public service, its staff and its users abroad; and users abroad of a service that is for them."""
    kinds = (
        *({"audience": audience} for audience in ("test", "staff_or_member", "public_outside")),
        {"scope": _OUTSIDE, "audience": "public_outside"},
        {"scope": _OUTSIDE, "audience": "test"},
    )
    for number, fields in enumerate(kinds):
        producer = p.producer(_pictures(p, f"-{number}", **fields))
        p.govern(producer)
        _nothing_in_order(p, producer, without=_BARE, lost=_LOST)


@plant("near_miss")
def test_of_a_closed_service(p: Plot) -> None:
    """A closed service that nobody declared was tried by those who build it, and by people abroad."""
    for audience in ("test", "public_outside"):
        kind = replace(p.service(scope="not_public", audience=audience), service_id=f"svc-{p.name}-{audience}")
        producer = p.producer(kind)
        p.request(producer)
        p.tell(p.teller.event(producer, "service.declared", p.at + HOUR, valid_from=p.at + HOUR, retention_class="REG"))


@plant("unknown")
def users_of_a_closed_service_unknown(p: Plot) -> None:
    """Members came to a closed service, and somebody of whom nobody can tell who it was."""
    producer = p.producer(p.service(scope="not_public", audience="staff_or_member"))
    p.govern(producer)
    p.request(producer)
    p.request(producer, at=p.at + HOUR, output={"audience_class": "unknown"})
    p.expect("INV-13", producer.kind.service_id, "audience_unknown")

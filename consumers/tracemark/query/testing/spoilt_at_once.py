"""One breach of every duty that looks at one event alone: nothing that comes before or after puts it right."""

from collections.abc import Iterator
from uuid import UUID

from tracemark.query.testing.cases import measure, report
from tracemark.query.testing.plot import Expected, Plot
from tracemark.query.testing.services import Kind
from tracemark.query.testing.teller import HOUR, Producer

__all__ = ["spoilt_at_once"]

_LATELY = 30 * 24 * HOUR


def spoilt_at_once(p: Plot) -> list[Expected]:
    """Tell them; what must be found."""
    found = (*_labels(p), *_publications(p), *_records(p))
    return [Expected(plant=p.name, duty=duty, key=key, reason=reason) for duty, key, reason in found]


def _service(p: Plot, name: str, **fields: str | tuple[str, ...]) -> Producer:
    kind: Kind = Kind(service_id=f"svc-{p.name}-{name}", **fields)  # type: ignore[arg-type]  # each is one of Kind's own
    producer = p.producer(kind)
    p.tell(p.teller.governance(producer, p.at - HOUR // 2))
    return producer


def _labels(p: Plot) -> Iterator[tuple[str, str, str]]:
    places = ("opening_frame", "player_surround")
    video = _service(p, "video", modality="video", media_type="video/mp4", positions=places)
    short = p.request(video, explicit={"label_duration_ms": 1999})
    yield "ROW-15", short.content_id, "too_short"
    read = p.request(video, readback={"aigc_label": ""})
    yield "INV-5", read.content_id, "no_label_value"
    lost = p.request(video, delivery={"implicit_verdict": "missing"})
    yield "ROW-14", lost.content_id, "no_implicit_label"


def _publications(p: Plot) -> Iterator[tuple[str, str, str]]:
    news = _service(p, "news")
    blank = p.request(news, channel="publish", delivery={"content_commitment": bytes(32)})
    yield "ROW-35", blank.content_id, "content_not_identified"
    unknown = p.request(news, channel="publish", prompt={"realname_status": "unverified"})
    yield "ROW-10", unknown.content_id, "published_unverified"
    machine = p.request(news, review={"ruleset_version": ""})
    yield "ROW-24", machine.content_id, "no_ruleset_version"
    yield "ROW-24", machine.request_id, "no_ruleset_version"
    personal = p.request(news, prompt={"dimensions": {"channel": "13800138000"}})
    yield "INV-15", personal.request_id, "looks_like_phone_number"
    resold = p.request(_service(p, "resale", role="provider_via_api"), output={"upstream_service_id": ""})
    yield "ROW-31", resold.content_id, "no_upstream_service"


def _records(p: Plot) -> Iterator[tuple[str, str, str]]:
    producer, case = _service(p, "records"), f"c-{p.name}-machine"
    p.tell(measure(p.teller, producer, case, p.at, f"s-{case}", automated=True, explanation_ref=""))
    p.tell(report(p.teller, producer, case, p.at + HOUR))
    yield "ROW-33", case, "no_explanation"
    dropped = {"applied_class": "OPS", "applied_action": "dropped", "rows_applied": 9, "cutoff": p.at - _LATELY}
    event = p.teller.event(producer, "retention.applied", p.at, retention_class="REG", **dropped)
    p.tell(event)
    yield "INV-10", str(UUID(int=event["event_id"])), "deleted_before_floor"

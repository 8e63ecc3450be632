"""Stories of numbers in the forms in which people write them down, and of what only resembles one."""

from uuid import UUID

from tracemark.query.testing.plot import Plot, plant


@plant("violation")
def numbers_as_people_write_them(p: Plot) -> None:
    """Numbers, made up, in groups and with the country's code; and one as the name of a tenant, a service or a regime."""
    producer = p.producer()
    phones = (
        "138 0013 8000",
        "138-0013-8000",
        "+86 13800138000",
        "+8613800138000",
        "008613800138000",
        "8613800138000",
        "86-138-0013-8000",
        "(+86)13800138000",
        "user:13800138000",
        "13800138000-1",
        "tel=13800138000;x",
    )
    for values, reason in (
        (phones, "looks_like_phone_number"),
        (("110101 19900307 0000", "110101-19900307-000x"), "looks_like_identity_number"),
    ):
        for value in values:
            request = p.request(producer, prompt={"dimensions": {"channel": value}})
            p.expect("INV-15", request.request_id, reason)
    told = p.teller.policy(producer, p.at, "label_policy", None, "", jurisdiction=["cn", "13800138000"])
    p.tell(told)
    p.expect("INV-15", UUID(int=told["event_id"]), "looks_like_phone_number")


@plant("near_miss")
def numbers_of_machines(p: Plot) -> None:
    """Times in seconds, milliseconds and microseconds, ids in groups, digests, versions; and numbers side by side in two fields."""
    producer = p.producer()
    digest = "9f13800138000aa7" * 4
    for value in (
        "1767225600",
        "1767225600000",
        "1767225600000000",
        "20260901-1380-0138-0000",
        "13800138-0013-4000-8000-138001380001",
        "o-138-0013-8000",
        "138.0013.8000",
        "86138001380001",
        f"sha256:{digest}",
        "123456789012345678",
        "2026-09-01 13:00:13.800",
    ):
        p.request(producer, prompt={"dimensions": {"channel": value}})
    p.request(producer, prompt={"model_version": "138", "policy_version": "0013", "upstream_service_id": "8000"})
    p.request(producer, prompt={"dimensions": {"channel": "138", "plan": "0013", "region": "8000"}})


@plant("near_miss")
def notice_around_the_player(p: Plot) -> None:
    """Beside a measured label in the opening frame: what surrounds the player, and what is spoken, has no height to measure."""
    producer = p.producer("svc-video")
    request = p.request(producer, explicit={"label_positions": ["opening_frame"]})
    given = {
        "label_kind": "explicit",
        "label_state": "applied",
        "modality": ["video"],
        "content_id": request.content_id,
    }
    for carrier, place in (("interface_notice", "player_surround"), ("voice_prompt", "start")):
        about = {**given, "label_carrier": carrier, "label_positions": [place]}
        p.tell(p.teller.event(producer, "label.applied", p.at + 1, **about))


@plant("violation")
def notice_in_the_opening_frame(p: Plot) -> None:
    """A notice that stands in the opening frame is as high and lasts as long as any label there."""
    producer = p.producer("svc-video")
    small = p.request(producer, explicit={"label_carrier": "interface_notice", "height_ratio": 0.04})
    p.expect("ROW-15", small.content_id, "too_small")

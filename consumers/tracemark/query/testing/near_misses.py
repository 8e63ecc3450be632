"""Stories that look like violations and are none."""

from datetime import UTC, datetime

from tracemark.query.testing.cases import complaint, grant, illegal_content, measure, report, rights_request
from tracemark.query.testing.plot import Plot, plant
from tracemark.query.testing.rows import micros
from tracemark.query.testing.teller import AS_OF, HOUR, SECOND
from tracemark.query.testing.violations_cases import BEFORE_THE_HOLIDAY, DAY, ten_working_days

_DELIVERED = SECOND // 2


@plant("near_miss")
def feedback_at_the_due_instant(p: Plot) -> None:
    """In time to the microsecond, across the holidays; and fifteen days to the microsecond."""
    producer, case = p.producer(), f"c-{p.name}"
    fed = ten_working_days(BEFORE_THE_HOLIDAY)
    p.tell(complaint(p.teller, producer, case, {"received": BEFORE_THE_HOLIDAY, "feedback_sent": fed, "closed": fed}))
    moves = {"received": p.at, "done": p.at + DAY, "feedback_sent": p.at + 15 * DAY}
    p.tell(rights_request(p.teller, producer, f"{case}-rights", moves))


@plant("near_miss")
def complaint_not_due_yet(p: Plot) -> None:
    """Received a day before the question: nobody is late."""
    at = micros(AS_OF) - DAY
    p.tell(complaint(p.teller, p.producer(), f"c-{p.name}", {"received": at}))


@plant("near_miss")
def complaint_reopened_and_answered(p: Plot) -> None:
    """Two answers to two rounds."""
    producer, case = p.producer(), f"c-{p.name}"
    first = {"received": p.at, "feedback_sent": p.at + HOUR, "closed": p.at + 2 * HOUR}
    second = {"reopened": p.at + DAY, "feedback_sent": p.at + DAY + HOUR, "closed": p.at + DAY + 2 * HOUR}
    p.tell(complaint(p.teller, producer, case, first))
    p.tell(complaint(p.teller, producer, case, second))


@plant("near_miss")
def limit_tightened_after_receipt(p: Plot) -> None:
    """The limit in force at receipt counts, not the stricter one published a minute later."""
    producer = p.producer(p.service())
    p.govern(producer)
    p.tell(complaint(p.teller, producer, f"c-{p.name}", {"received": p.at, "feedback_sent": p.at + 3 * DAY}))
    p.tell(p.teller.policy(producer, p.at + 60 * SECOND, "complaint_sla", 1, "hours"))


@plant("near_miss")
def feedback_recorded_late(p: Plot) -> None:
    """Sent in time, received by the store weeks later."""
    producer, case = p.producer(), f"c-{p.name}"
    p.tell(complaint(p.teller, producer, case, {"received": BEFORE_THE_HOLIDAY}))
    late = micros(AS_OF) // 1000 - 60_000
    p.tell(complaint(p.teller, producer, case, {"feedback_sent": BEFORE_THE_HOLIDAY + DAY}, _broker_ts=late))


@plant("near_miss")
def refusal_with_its_reason(p: Plot) -> None:
    """A deletion refused because a period runs."""
    moves = {"received": p.at, "refused": p.at + DAY, "feedback_sent": p.at + DAY}
    p.tell(rights_request(p.teller, p.producer(), f"c-{p.name}", moves, refusal_code="statutory-period"))


@plant("near_miss")
def grant_a_microsecond_before(p: Plot) -> None:
    """A grant just before the hand-over, and one that ends at its instant."""
    producer = p.producer()
    first = p.request(producer, delivery={"explicit_verdict": "missing"})
    p.tell(grant(p.teller, producer, f"g-{p.name}-1", p.at + _DELIVERED - 1, first.content_id, first.subject))
    second = p.request(producer, delivery={"explicit_verdict": "missing"})
    ends = {"expires_at": p.at + _DELIVERED}
    p.tell(grant(p.teller, producer, f"g-{p.name}-2", p.at, second.content_id, second.subject, **ends))


@plant("near_miss")
def label_waived_by_a_grant(p: Plot) -> None:
    """No explicit label at all, because the user asked for that; the implicit one stays."""
    producer = p.producer("svc-image")
    request = p.request(
        producer, without=["explicit"], delivery={"explicit_verdict": "missing", "grant_id": f"g-{p.name}"}
    )
    p.tell(grant(p.teller, producer, f"g-{p.name}", p.at, request.content_id, request.subject))


@plant("near_miss")
def recipient_erased_but_granted(p: Plot) -> None:
    """After an erasure of the hand-over's recipient the grant is found by its id."""
    producer = p.producer()
    grant_id = f"g-{p.name}"
    gone = {"explicit_verdict": "missing", "grant_id": grant_id, "recipient_ref": "", "erased_by": "order-1"}
    request = p.request(producer, delivery=gone)
    p.tell(grant(p.teller, producer, grant_id, p.at, request.content_id, request.subject))


@plant("near_miss")
def label_in_another_allowed_place(p: Plot) -> None:
    """Any of the places of LM 4 will do for a text; a label may arrive days after its output."""
    producer = p.producer()
    for place in ("start", "middle", "interface", "around_text"):
        p.request(producer, explicit={"label_positions": [place]})
    p.request(producer, explicit={"_broker_ts": (p.at + 3 * DAY) // 1000})


@plant("near_miss")
def nothing_was_produced(p: Plot) -> None:
    """Refused and failed generations have no output to label; a reader who left got no file."""
    producer = p.producer("svc-image")
    p.request(producer, finish="refused")
    p.request(producer, finish="error")
    p.request(producer, finish="partial", without=["explicit", "implicit", "delivery", "readback"])


@plant("near_miss")
def not_for_the_public(p: Plot) -> None:
    """Staff, tests, users abroad and members of a closed service."""
    producer = p.producer()
    gone = ["explicit", "delivery", "review_input", "review_output"]
    for audience in ("staff_or_member", "test", "public_outside"):
        other = {"audience_class": audience}
        p.request(producer, subject=f"s-{p.name}-{audience}", without=gone, prompt=other, output=other)
    lab = p.producer("svc-lab")
    p.request(lab, without=gone, prompt={"audience_class": "test"}, output={"audience_class": "test"})


@plant("near_miss")
def opened_after_it_was_declared(p: Plot) -> None:
    """A closed service that was declared public before its first public user."""
    producer = p.producer(p.service(scope="not_public", audience="staff_or_member"))
    p.govern(producer)
    p.request(producer)
    now = {"service_scope": "public_mainland"}
    declared = {"valid_from": p.at + HOUR, "retention_class": "REG", "owner_role": "compliance", **now}
    p.tell(p.teller.event(producer, "service.declared", p.at + HOUR, **declared))
    public = {**now, "audience_class": "public_mainland"}
    p.request(producer, at=p.at + HOUR + SECOND, prompt=public, output=public, explicit=public, delivery=public)


@plant("near_miss")
def pictures_with_the_same_look(p: Plot) -> None:
    """Empty reserved codes, a label of 2 or 3, a preserved label and one beside a watermark."""
    producer = p.producer("svc-image")
    p.request(producer, readback={"aigc_reserved_code1": "", "aigc_reserved_code2": ""})
    p.request(producer, readback={"aigc_label": "suspected_generated"})
    p.request(producer, implicit={"label_state": "preserved"})


@plant("near_miss")
def lost_label_answered(p: Plot) -> None:
    """A label was found missing, and the content was removed."""
    producer = p.producer()
    request = p.request(producer)
    seen = {"label_kind": "explicit", "label_carrier": "text_prompt", "label_state": "missing", "modality": ["text"]}
    p.tell(p.teller.event(producer, "label.verified", p.at + HOUR, content_id=request.content_id, **seen))
    answer = {"action": "label_then_continue", "moderation_target": "content", "moderation_stage": "delivery"}
    answer |= {"detector": "human", "content_id": request.content_id, "retention_class": "MOD"}
    p.tell(p.teller.event(producer, "moderation.action", p.at + 2 * HOUR, **answer))


@plant("near_miss")
def content_restored(p: Plot) -> None:
    """Found illegal, then found lawful after all: nothing to report."""
    producer, case = p.producer(), f"c-{p.name}"
    p.tell(illegal_content(p.teller, producer, case, p.at, f"o-{case}", steps={"report": None, "remediate": None}))
    back = {"action": "restore", "moderation_target": "content", "moderation_stage": "post_publication"}
    back |= {"detector": "human", "case_id": case, "content_id": f"o-{case}", "retention_class": "MOD"}
    p.tell(p.teller.event(producer, "moderation.action", p.at + DAY, **back))


@plant("near_miss")
def steps_at_their_targets(p: Plot) -> None:
    """Every step at the last microsecond; and a case too fresh for a report."""
    producer, case = p.producer(), f"c-{p.name}"
    last: dict[str, int | None] = {"stop": HOUR, "remove": 2 * HOUR, "report": DAY, "remediate": 5 * DAY}
    p.tell(illegal_content(p.teller, producer, case, p.at, f"o-{case}", steps=last))
    fresh = micros(AS_OF) - 3 * HOUR
    none: dict[str, int | None] = {"report": None, "remediate": None}
    p.tell(illegal_content(p.teller, producer, f"{case}-fresh", fresh, f"o-{case}-fresh", steps=none))


@plant("near_miss")
def suspicion_of_a_machine(p: Plot) -> None:
    """A classifier stopped a generation; no person confirmed that the content was illegal."""
    stopped = {"action": "stop_generation", "reason_codes": ["violence"], "case_id": f"c-{p.name}"}
    p.request(p.producer(), review=stopped)


@plant("near_miss")
def ladder_climbed_step_by_step(p: Plot) -> None:
    """Up by one without a reason code, up by two with one, and a measure whose report is not due yet."""
    producer, stem = p.producer(), f"c-{p.name}"
    p.tell(measure(p.teller, producer, f"{stem}-1", p.at, f"s-{p.name}", reason_codes=[]))
    one_up = {"action": "restrict_function", "reason_codes": []}
    p.tell(measure(p.teller, producer, f"{stem}-2", p.at + HOUR, f"s-{p.name}", **one_up))
    p.tell(measure(p.teller, producer, f"{stem}-3", p.at + 2 * HOUR, f"s-{p.name}", action="terminate_service"))
    p.tell(report(p.teller, producer, f"{stem}-{n}", p.at + 3 * HOUR) for n in (1, 2, 3))
    p.tell(measure(p.teller, producer, f"{stem}-4", micros(AS_OF) - HOUR, f"s-{p.name}-other"))


@plant("near_miss")
def report_rejected_then_sent_again(p: Plot) -> None:
    """The last word counts."""
    producer, case = p.producer(), f"c-{p.name}"
    p.tell(report(p.teller, producer, case, p.at, report_state="rejected", receipt_ref=""))
    p.tell(report(p.teller, producer, case, p.at + HOUR))


@plant("near_miss")
def accepted_at_the_first_prompt(p: Plot) -> None:
    """Accepted at the very microsecond of the first prompt."""
    producer, subject = p.producer(), f"s-{p.name}"
    p.tell(p.teller.agreement(producer, p.at, subject))
    p.request(producer, subject=subject)


@plant("near_miss")
def gap_explained(p: Plot) -> None:
    """Four numbers dropped, and declared at the end."""
    producer = p.producer()
    p.request(producer)
    producer.skip(4, declared=True)
    p.request(producer, at=p.at + HOUR)


@plant("near_miss")
def tail_covered_by_a_heartbeat(p: Plot) -> None:
    """Still running: its last sign of life is half an hour old and knows of nothing more."""
    producer = p.producer()
    p.request(producer)
    p.tell(p.teller.session(producer, "heartbeat", micros(AS_OF) - HOUR // 2))
    p.abandon(producer)


@plant("near_miss")
def prompt_at_the_edge_of_a_window(p: Plot) -> None:
    """The gateway counted it half a second before the service saw it."""
    producer = p.producer(p.service())
    p.govern(producer)
    p.request(producer, at=p.at + 60 * SECOND)
    p.request(producer, at=p.at + HOUR + SECOND // 2)
    span = {"gateway_id": "gw-1", "window_start": p.at, "window_end": p.at + HOUR, "retention_class": "NET"}
    p.tell(p.teller.event(producer, "gateway.counted", p.at + HOUR, counted_requests=2, **span))


@plant("near_miss")
def deleted_on_the_day(p: Plot) -> None:
    """Rows of 1 March dropped on 1 September at the same local time: 184 days, six calendar months."""
    newest = micros(datetime(2026, 3, 1, 2, tzinfo=UTC))
    dropped = {"applied_class": "OPS", "applied_action": "dropped", "rows_applied": 9, "retention_class": "REG"}
    at = micros(datetime(2026, 9, 1, 2, tzinfo=UTC))
    p.tell(p.teller.event(p.producer(), "retention.applied", at, cutoff=newest, newest_at=newest, **dropped))


@plant("near_miss")
def kept_under_a_hold(p: Plot) -> None:
    """Seven months and a day old, and held; as old, and restricted."""
    for action, tenant in (("held", f"{p.tenant}-{p.name}-held"), ("restricted", f"{p.tenant}-{p.name}-restricted")):
        own = Plot(p.teller, p.name, tenant, p.at)
        producer = own.producer(own.service())
        own.govern(producer)
        old = micros(datetime(2026, 3, 20, tzinfo=UTC))
        own.tell(p.teller.event(producer, "prompt.received", old, request_id=f"r-{tenant}", modality=["text"]))
        done = {"applied_class": "OPS", "applied_action": action, "rows_applied": 1, "cutoff": old + DAY}
        own.tell(p.teller.event(producer, "retention.applied", p.at, retention_class="REG", **done))
        p.tell(own.finish())


@plant("near_miss")
def numbers_that_are_no_persons(p: Plot) -> None:
    """A time stamp in milliseconds, eleven digits inside a hexadecimal id, a version with dots."""
    producer = p.producer()
    for value in ("1767225600000", "a13800138000f", "1.13800138000-rc", "2026-09-01T00:00:00"):
        p.request(producer, prompt={"dimensions": {"channel": value}})

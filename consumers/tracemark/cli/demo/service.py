"""One service of the demo, as a process of its own: reads its job from standard input, reports on standard output.

Nothing but the SDK's five lines makes it a TraceMark producer.
"""

import json
import os
import random
import sys
import time
from pathlib import Path
from typing import Any

from tracemark.cli.demo.featured import Featured
from tracemark.cli.demo.paperwork import DETECTOR_VERSION, RULESET, Paperwork
from tracemark.cli.demo.world import AUDIO, IMAGE, NOTICES, SERVICES, TENANTS, TEXTS, Service, picture, voice
from tracemark.schemas.events import Detector, ModerationActionKind, ReasonCode
from tracemark.schemas.urls import embedded_url
from tracemark.sdk import AuditClient, ClientConfig, Generation

_MEASURES: tuple[tuple[ReasonCode, ModerationActionKind], ...] = (
    ("rights_portrait", "remove"),
    ("accuracy", "label_then_continue"),
    ("violence", "block"),
)
_DETECTORS: tuple[Detector, ...] = ("classifier", "human", "user_report")
_SEEN_THROUGH: tuple[tuple[ModerationActionKind, Detector], ...] = (
    ("stop_transmission", "user_report"),
    ("remove", "human"),
)
_USERS = 12
_DOWNLOADED = 0.4
_UNLABELLED = 8
"""One output in so many goes without its label, from the second on."""

_MODERATED = 0.08
_REPORT_EVERY = 20
_REACTION_US = 95_000_000
_PACE_S = 0.005
"""Slow enough that a service which is killed has not said everything long before."""

_CLOSE_S = 30.0


class Shift:
    """The service at work."""

    def __init__(self, audit: AuditClient, service: Service, seed: int) -> None:
        self._audit = audit
        self._service = service
        self._luck = random.Random(seed)  # noqa: S311 - an invented world, not a secret
        self._seed = seed
        self._cases = 0
        self._served = 0
        self._paperwork = Paperwork(audit)

    def open(self) -> None:
        """Put on record what the law wants on record before the first request."""
        self._paperwork.open()

    def serve(self) -> None:
        """Answer one request."""
        model, version = self._luck.choice(self._service.models)
        user, tenant = f"u-{self._luck.randrange(_USERS)}", self._luck.choice(TENANTS)
        self._paperwork.welcome(user, tenant)
        with self._audit.generation(
            model=model, model_version=version, user=user, tenant=tenant, modality=self._service.modality
        ) as gen:
            labelled = self._served % _UNLABELLED != 1
            {"text": self._text, "image": self._image, "audio": self._audio}[self._service.modality](
                gen, labelled=labelled
            )
            if self._luck.random() < _DOWNLOADED:
                gen.deliver(channel="download", explicit="verified" if labelled else "missing", implicit="not_checked")
        self._served += 1
        self._review(gen, tenant)
        if self._luck.random() < _MODERATED:
            self._moderate(gen.content_id, tenant)

    def serve_featured(self, featured: Featured) -> dict[str, str]:
        """The exchange that is traced later, and the report of a reader about it."""
        self._paperwork.welcome("u-7", TENANTS[0])
        with self._audit.generation(
            model="lantern-70b", model_version="2.0", user="u-7", tenant=TENANTS[0], language="zh"
        ) as gen:
            gen.prompt(featured.prompt)
            answer = "".join(gen.stream(featured.answer[at : at + 8] for at in range(0, len(featured.answer), 8)))
            gen.label(kind="explicit", carrier="text_prompt", positions=["start"], labelled=NOTICES["zh"] + answer)
        self._review(gen, TENANTS[0])
        found_us = time.time_ns() // 1000 - _REACTION_US
        for action, detector in _SEEN_THROUGH:
            self._audit.moderation(
                content_id=gen.content_id,
                action=action,
                stage="post_publication",
                reason="false_harmful",
                detector=detector,
                case_id=featured.case_id,
                detected_at=found_us,
            )
        self._paperwork.see_through(featured.case_id, gen.content_id, TENANTS[0])
        return {"request_id": gen.request_id, "content_id": gen.content_id, "case_id": featured.case_id}

    def _text(self, gen: Generation, *, labelled: bool) -> None:
        exchange = self._luck.choice(TEXTS)
        gen.prompt(exchange.prompt, language=exchange.language)
        if self._luck.random() < 0.3:  # noqa: PLR2004 - some answers are streamed
            answer = "".join(gen.stream(exchange.answer.split(" "), language=exchange.language))
        else:
            answer = exchange.answer
            gen.output(answer, language=exchange.language)
        if labelled:
            gen.label(
                kind="explicit",
                carrier="text_prompt",
                positions=["start"],
                labelled=NOTICES[exchange.language] + answer,
            )

    def _image(self, gen: Generation, *, labelled: bool) -> None:
        gen.prompt(self._luck.choice(IMAGE), modality="text")
        made = picture(self._luck)
        gen.output(made, media_type="image/png")
        if labelled:
            gen.label(kind="explicit", carrier="graphic_mark", positions=["in_image"], height_ratio=0.06)
            self._mark(gen, made, "image/png")

    def _audio(self, gen: Generation, *, labelled: bool) -> None:
        gen.prompt(self._luck.choice(AUDIO), modality="text")
        made = voice(self._luck)
        gen.output(made, media_type="audio/wav")
        if labelled:
            gen.label(kind="explicit", carrier="voice_prompt", positions=["start"], label_duration_ms=1800)
            self._mark(gen, made, "audio/wav")

    def _mark(self, gen: Generation, made: bytes, media_type: str) -> None:
        """The implicit label of a file."""
        gen.label(
            kind="implicit",
            carrier="file_metadata",
            labelled=made + b"AIGC",
            media_type=media_type,
            aigc_label="is_generated",
            aigc_content_producer="demo-studio",
            aigc_produce_id=gen.content_id,
        )

    def _review(self, gen: Generation, tenant: str) -> None:
        """Both sides of the exchange pass the classifier, which says so."""
        verdict: dict[str, Any] = {
            "action": "pass",
            "detector": "classifier",
            "detector_version": DETECTOR_VERSION,
            "ruleset_version": RULESET,
            "tenant": tenant,
        }
        self._audit.moderation(stage="input", request_id=gen.request_id, confidence=0.97, **verdict)
        self._audit.moderation(content_id=gen.content_id, confidence=0.93, **verdict)

    def _moderate(self, content_id: str, tenant: str) -> None:
        """Measures that nobody reports any further: a duty fails here on purpose."""
        self._cases += 1
        reason, action = self._luck.choice(_MEASURES)
        self._audit.moderation(
            content_id=content_id,
            action=action,
            reason=reason,
            detector=self._luck.choice(_DETECTORS),
            detector_version=DETECTOR_VERSION,
            ruleset_version=RULESET,
            case_id=f"case-{self._seed}-{self._cases}",
            tenant=tenant,
            detected_at=time.time_ns() // 1000 - self._luck.randrange(1_000_000, 600_000_000),
        )


def main() -> None:
    """Do the job and report; a service that is to be killed works until it is."""
    job = json.loads(sys.stdin.readline())
    service = next(service for service in SERVICES if service.service_id == job["service_id"])
    url = embedded_url(Path(job["data"]))
    audit = AuditClient(
        ClientConfig(url=url, service_id=service.service_id, tenant_id=TENANTS[0], service_scope="public_mainland")
    )
    shift = Shift(audit, service, job["seed"])
    shift.open()
    said, parent = 0, os.getppid()
    while (emitted := audit.accounting().emitted) < job["events"] or (job["to_be_killed"] and os.getppid() == parent):
        shift.serve()
        if emitted - said >= _REPORT_EVERY:
            said = emitted
            _report(emitted=emitted)
        if job["to_be_killed"]:
            time.sleep(_PACE_S)
    featured = shift.serve_featured(Featured.from_dict(job["featured"])) if job["featured"] else None
    report = audit.close(_CLOSE_S)
    _report(emitted=job["events"], featured=featured, remaining=report.remaining)


def _report(**content: Any) -> None:
    sys.stdout.write(json.dumps(content) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()

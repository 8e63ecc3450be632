# ruff: noqa: INP001 - a script of the image, not a package
"""A demo service for the compose file: it "generates" invented content and records all of it, until it is stopped.

Configured by TRACEMARK_* like any service; DEMO_REQUESTS ends it after so many requests, DEMO_PAUSE_S is the pause between two.
"""

import os
import random
import signal
import threading
import time
from collections.abc import Mapping
from types import FrameType

from tracemark.sdk import AuditClient

_ANSWERS = (
    (
        "Draft a polite reminder for a late parcel.",
        "Your parcel is on its way and should arrive within two days.",
        "en",
    ),
    (
        "Explain photosynthesis to a child.",
        "Plants eat sunlight: their leaves turn light, water and air into sugar.",
        "en",
    ),
    ("写一句关于秋天的诗。", "霜叶无声，落满归人的衣襟。", "zh"),
    ("用一句话介绍这座城市。", "依山傍海，骑楼与灯火相映。", "zh"),
)
_NOTICE = {"en": "AI-generated content. ", "zh": "本内容由人工智能生成。"}
_CLOSE_S = 30.0


def serve(audit: AuditClient, luck: random.Random) -> None:
    """One request: a prompt, an answer, mostly a label, now and then a measure."""
    prompt, answer, language = luck.choice(_ANSWERS)
    with audit.generation(model="demo-7b", model_version="1.0", user=f"u-{luck.randrange(50)}", modality="text") as gen:
        gen.prompt(prompt, language=language)
        gen.output(answer, language=language)
        if luck.random() > 0.05:  # noqa: PLR2004 - a few are forgotten, so that the boards have something to show
            gen.label(kind="explicit", carrier="text_prompt", positions=["start"], labelled=_NOTICE[language] + answer)
    if luck.random() < 0.04:  # noqa: PLR2004 - likewise
        audit.moderation(
            content_id=gen.content_id,
            action="remove",
            reason="accuracy",
            detector="classifier",
            case_id=f"case-{gen.content_id}",
            detected_at=time.time_ns() // 1000 - luck.randrange(1_000_000, 60_000_000),
        )


def run(environ: Mapping[str, str], stop: threading.Event) -> int:
    """Serve until told to stop; return how many events could not be delivered."""
    requests, pause_s = int(environ.get("DEMO_REQUESTS", "0")), float(environ.get("DEMO_PAUSE_S", "0.5"))
    luck = random.Random()  # noqa: S311 - an invented world, not a secret
    audit = AuditClient.from_env()
    served = 0
    while not stop.is_set() and (not requests or served < requests):
        serve(audit, luck)
        served += 1
        stop.wait(pause_s)
    return audit.close(_CLOSE_S).remaining


def main() -> int:
    """Run as a process; SIGTERM and SIGINT end it in order. Exit 1 when something was not delivered: it waits in the journal."""
    stop = threading.Event()

    def end(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, end)
    return 1 if run(os.environ, stop) else 0


if __name__ == "__main__":
    raise SystemExit(main())

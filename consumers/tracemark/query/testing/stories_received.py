"""Stories of what belongs together and was received weeks apart: a journal that was adopted late."""

from typing import Final

from tracemark.query.testing.plot import Plot, plant
from tracemark.query.testing.rows import micros
from tracemark.query.testing.teller import HOUR, SINCE

_MOST: Final = 31 * 24 * HOUR
"""The longest that an event may wait for its broker before its clock is suspect."""


@plant("near_miss")
def output_a_month_after_its_labels(p: Plot) -> None:
    """Prompt and output are received in the window's first millisecond; their labels and verdicts were 31 days before, at once."""
    own = Plot(p.teller, p.name, f"{p.tenant}-{p.name}", micros(SINCE) - _MOST)
    producer = own.producer(own.service(modality="image", media_type="image/png", positions=("in_image",)))
    own.govern(producer)
    own.tell(p.teller.agreement(producer, own.at - HOUR, f"s-{p.name}"))
    own.request(producer, subject=f"s-{p.name}")
    for event in own.events:
        if event["event_type"] in {"prompt.received", "output.generated"}:
            event["_broker_ts"] = micros(SINCE) // 1000
    p.tell(own.finish())

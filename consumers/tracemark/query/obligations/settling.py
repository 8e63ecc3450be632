"""How much of a window is too young to be judged."""

from datetime import datetime, timedelta
from typing import Final

from tracemark.query.obligations.evaluate import EVERYTHING, Scope
from tracemark.query.obligations.pack import Pack
from tracemark.query.obligations.report import Window
from tracemark.query.reader import Reader

__all__ = ["count_unsettled"]

_YOUNG: Final = """
SELECT count() AS young
FROM events
WHERE _broker_ts >= {settled:DateTime64(3)} AND _broker_ts >= {since:DateTime64(3)}
    AND _broker_ts < {until:DateTime64(3)} AND _broker_ts < {as_of:DateTime64(3)}
    AND ({tenant:String} = '' OR tenant_id = {tenant:String}) AND ({service:String} = '' OR service_id = {service:String})
    AND event_type != 'producer.session'
"""


def count_unsettled(reader: Reader, pack: Pack, window: Window, as_of: datetime, *, scope: Scope = EVERYTHING) -> int:
    """Events of the window that `evaluate` leaves for the next report: what belongs to them may still be on its way.

    Signs of life of the producers are not among them. Raises `StoreError`.
    """
    given = {
        "settled": as_of - timedelta(minutes=pack.settle_minutes),
        "since": window.since,
        "until": window.until,
        "as_of": as_of,
        "tenant": scope.tenant,
        "service": scope.service,
    }
    return int(reader.query(_YOUNG, given)[0]["young"])

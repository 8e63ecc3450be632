"""The duties of a regime as queries with three answers: pass, fail with the offending events, no evidence.

```python
pack = load_pack("cn")
report = evaluate(store, pack, Window(since=month_ago, until=now), as_of=now)
report["INV-8"].result, report.to_dict()
```
"""

from tracemark.query.obligations.calendar import WorkCalendar, load_calendar
from tracemark.query.obligations.evaluate import Scope, evaluate
from tracemark.query.obligations.pack import Citation, Instrument, Obligation, Pack, list_packs, load_pack
from tracemark.query.obligations.report import Answer, Offender, Reason, Report, Result, Window

__all__ = [
    "Answer",
    "Citation",
    "Instrument",
    "Obligation",
    "Offender",
    "Pack",
    "Reason",
    "Report",
    "Result",
    "Scope",
    "Window",
    "WorkCalendar",
    "evaluate",
    "list_packs",
    "load_calendar",
    "load_pack",
]

"""Why a trace found nothing: what was checked, and what to try."""

import re
from collections.abc import Callable, Collection, Iterator

from tracemark.query.answer import Remark, TraceAnswer
from tracemark.query.events import iso
from tracemark.query.lag import Behind
from tracemark.query.stock import StoredKey

__all__ = ["keys_missing", "why_not_found"]

_ID = re.compile(r"[A-Za-z0-9._:-]{1,64}")
_WITH_ID = frozenset({"request", "content", "case"})
_BY_CONTENT = frozenset({"text", "file"})
_NAMED = 8


def why_not_found(
    answer: TraceAnswer,
    *,
    behind: Behind,
    missing_keys: Collection[StoredKey] = (),
    without_since: Callable[[], TraceAnswer] | None = None,
) -> tuple[Remark, ...]:
    """Reasons to consider, the likeliest first.

    Args:
        answer: One that found nothing.
        behind: How current the store is.
        missing_keys: Keys of stored tokens that the asking side's keyring does not hold.
        without_since: Asks again without a period; called only when the question had one.
    """
    return tuple(_reasons(answer, behind, missing_keys, without_since))


def _reasons(
    answer: TraceAnswer,
    behind: Behind,
    missing_keys: Collection[StoredKey],
    without_since: Callable[[], TraceAnswer] | None,
) -> Iterator[Remark]:
    question = answer.question
    if behind.last_event_at is None:
        yield Remark("store_empty", "the store holds no events at all: is it the right one?")
        return
    if question.kind in {"text", "user"} and not question.tokens and not missing_keys:
        yield Remark("blank", "there is nothing to look for: a text without any characters gets no token")
    if question.kind in _WITH_ID and not _ID.fullmatch(question.id):
        yield Remark("impossible_id", "no id looks like this: ids are 1 to 64 of A-Z a-z 0-9 . _ : -")
    if missing_keys:
        yield keys_missing(missing_keys)
    if question.since and without_since is not None and (earlier := without_since().total):
        yield Remark(
            "outside_since", f"{earlier} chains were received before {iso(question.since)}: ask again without --since"
        )
    if behind.remarks:
        yield Remark(
            "store_behind", "the store is not up to date, see the warnings: what you look for may not have arrived yet"
        )
    if question.kind in _BY_CONTENT and question.tokens:
        yield Remark("not_recorded", _NOT_RECORDED[question.kind])


_NOT_RECORDED = {
    "text": "or no prompt or output of these words was recorded: a text that was edited, shortened or translated is another text",
    "file": "or no file of these very bytes was recorded: a file that was converted, scaled or saved again is another file; "
    "its ProduceID may still be known (--produce-id)",
}


def keys_missing(keys: Collection[StoredKey]) -> Remark:
    """What stays out of sight because the asking side's keyring lacks these keys of stored tokens."""
    named = ", ".join(f"{key.key_id} of {key.tenant_id}" for key in sorted(keys)[:_NAMED])
    more = f" and {len(keys) - _NAMED} more" if len(keys) > _NAMED else ""
    return Remark(
        "keys_missing",
        f"events are stored under keys that this keyring lacks ({named}{more}): use a keyring that has them",
    )

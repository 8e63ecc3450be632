"""Why a trace found nothing: what was checked, and what to try."""

import re
from collections.abc import Callable, Collection, Iterator

from tracemark.query.answer import Remark, TraceAnswer
from tracemark.query.events import iso
from tracemark.query.lag import Behind
from tracemark.query.stock import StoredKey

__all__ = ["keys_missing", "why_not_found"]

_ID = re.compile(r"[A-Za-z0-9._:-]{1,64}")
_BY_ID = frozenset({"request", "content", "case"})
_KEYED = frozenset({"text", "file", "user"})
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
    if question.kind in _KEYED and not question.tokens and not missing_keys:
        yield Remark("nothing_to_look_for", _NOTHING[question.kind])
    if question.kind in _BY_ID and not _ID.fullmatch(question.id):
        yield Remark("impossible_id", "no id looks like this: ids are 1 to 64 of A-Z a-z 0-9 . _ : -")
    if missing_keys:
        yield keys_missing(missing_keys)
    earlier = without_since().total if question.since and without_since is not None else 0
    if question.since and earlier:
        text = f"chains received before {iso(question.since)}: {earlier}; ask again without --since"
        yield Remark("outside_since", text)
    if behind.remarks:
        text = "the store is not up to date, see the warnings: what you look for may not have arrived yet"
        yield Remark("store_behind", text)
    if not earlier and (question.tokens or question.kind not in _KEYED):
        yield Remark("not_recorded", _NOT_RECORDED.get(question.kind, _NO_ID))


_NOTHING = {
    "text": "a text of nothing but white space gets no token, and no keyring makes one",
    "file": "no tenant has any content in the store: name one with --tenant",
    "user": "the keyring has no subject key for any tenant of the store: use one that has",
}
_NOT_RECORDED = {
    "text": "no prompt or output of these words was recorded; a text that was edited, shortened or translated is another text",
    "file": "no file of these very bytes was recorded; a file that was converted, scaled or saved again is another file, "
    "but the label in it may be known: `tracemark label verify FILE` goes by that, --produce-id by its ProduceID",
    "user": "no event names this user in any tenant that was looked at; user ids are case-sensitive",
}
_NO_ID = "no stored event carries this id; ids are compared letter by letter"


def keys_missing(keys: Collection[StoredKey]) -> Remark:
    """What stays out of sight because the asking side's keyring lacks these keys of stored tokens."""
    named = ", ".join(f"{key.key_id} of {key.tenant_id}" for key in sorted(keys)[:_NAMED])
    more = f" and {len(keys) - _NAMED} more" if len(keys) > _NAMED else ""
    return Remark(
        "keys_missing",
        f"events are stored under keys that this keyring lacks ({named}{more}): use a keyring that has them",
    )

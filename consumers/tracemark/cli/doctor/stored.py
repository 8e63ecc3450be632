"""Checks of the store: reachable, migrated, in time, complete, and readable with this keyring."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tracemark.cli.doctor.findings import Finding, fail, ok, warn
from tracemark.schemas.clock import Clock
from tracemark.sdk.keyring import Keyring, KeyringError, StoredKey, check_keyring
from tracemark.store import Store, StoreConfig, StoreError, pending

__all__ = ["check_store"]

_SKEW_S = 5.0
_SILENT_S = 60.0
_STORED_KEYS = "SELECT DISTINCT tenant_id, token_key_id FROM events WHERE token_key_id != ''"
_CONTENTS = """
SELECT count() AS events, max(_broker_ts) AS last FROM events
"""
_DEAD = (
    "SELECT error_code, count() AS n FROM dead_letters WHERE recorded_at > now() - INTERVAL 1 DAY GROUP BY error_code"
)
_LANES = """
SELECT topic, partition, sink_id, state, reason, lag, dateDiff('second', reported_at, now64(6)) AS age_s
FROM sink_lanes WHERE state != 'stopped' ORDER BY topic, partition
"""


def check_store(config: StoreConfig, keyring: Path, clock: Clock) -> Iterator[Finding]:
    """Everything that the store can tell; one finding when it cannot be asked."""
    try:
        with Store(config, clock) as store:
            yield from _clock(store, clock)
            todo = pending(store)
            if todo:
                yield fail(
                    "store", f"{config.url} lacks {len(todo)} changes of this release", "tracemark store migrate"
                )
                return
            yield ok("store", f"{config.url} answers and has every table")
            yield from _contents(store)
            yield from _dead_letters(store)
            yield from _lanes(store)
            yield from _keys(store, keyring)
    except StoreError as error:
        text, _, remedy = str(error).partition(": ")
        yield fail("store", text, remedy or "see docs/operations.md")


def _clock(store: Store, clock: Clock) -> Iterator[Finding]:
    before = clock.now_us()
    (row,) = store.query("SELECT toUnixTimestamp64Micro(now64(6)) AS now_us")
    after = clock.now_us()
    skew_s = max(before - row["now_us"], row["now_us"] - after, 0) / 1e6
    if skew_s > _SKEW_S:
        yield warn("clock", f"this machine and the store disagree by {skew_s:.0f} s", "let NTP set both clocks")
    else:
        yield ok("clock", "this machine and the store agree")


def _contents(store: Store) -> Iterator[Finding]:
    (row,) = store.query(_CONTENTS)
    if not row["events"]:
        yield warn("events", "the store holds none yet", "point a service at it: TRACEMARK_URL, or run tracemark demo")
    else:
        yield ok("events", f"{row['events']} stored, the last one received {row['last']:%Y-%m-%d %H:%M:%S} UTC")


def _dead_letters(store: Store) -> Iterator[Finding]:
    found = {row["error_code"]: row["n"] for row in store.query(_DEAD)}
    if found:
        listed = ", ".join(f"{count} {code}" for code, count in sorted(found.items()))
        yield warn("dead letters", f"within a day: {listed}", "see docs/dead-letters.md for each code")
    else:
        yield ok("dead letters", "none within a day")


def _lanes(store: Store) -> Iterator[Finding]:
    for row in store.query(_LANES):
        yield _lane(row)


def _lane(row: dict[str, Any]) -> Finding:
    about = f"sink {row['topic']}[{row['partition']}]"
    text = f"{row['state']}, lag {row['lag']}, reported {row['age_s']} s ago by {row['sink_id']}"
    if row["age_s"] > _SILENT_S:
        return fail(about, text, "the sink is silent: start it with tracemark sink")
    if row["state"] == "blocked":
        return fail(about, f"{text}: {row['reason']}", "see the sink's log; docs/operations.md has each reason")
    if row["state"] == "waiting":
        return warn(about, f"{text}: {row['reason']}", "it goes on by itself once the store answers")
    return ok(about, text)


def _keys(store: Store, keyring: Path) -> Iterator[Finding]:
    try:
        ring = Keyring.load(keyring)
    except KeyringError:
        return  # said by the keyring's own check
    stored = [StoredKey(row["tenant_id"], row["token_key_id"]) for row in store.query(_STORED_KEYS)]
    lacking = check_keyring(ring, stored=stored).not_found
    if lacking:
        text = f"{len(lacking)} of {len(stored)} keys that made stored tokens are not in {keyring}"
        yield fail(
            "keys of stored events",
            text,
            "restore the keyring they were made with; tracemark keys check --stored lists them",
        )
    else:
        yield ok("keys of stored events", f"all {len(stored)} are in the keyring")

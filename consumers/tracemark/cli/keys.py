"""`tracemark keys`: the keyring. Nothing here ever prints a secret."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, get_args

import typer

from tracemark.cli.errors import ExitCode
from tracemark.cli.options import DataOption, JsonOption, KeyringOption, StoreOption, keyring_path
from tracemark.cli.output import emit, say, table
from tracemark.cli.stores import store_config
from tracemark.schemas.clock import SystemClock
from tracemark.sdk.keyring import Keyring, KeyringCheck, StoredKey, check_keyring
from tracemark.sdk.tokens import Purpose
from tracemark.store import Store

__all__ = ["app"]

app = typer.Typer(help="The keyring: without it no text can be found again.", no_args_is_help=True)

_PURPOSES: Mapping[str, Purpose] = {name: name for name in get_args(Purpose)}
_COLUMNS = ("name", "purpose", "epoch", "tenant_id", "created_at")
_STORED = "SELECT DISTINCT tenant_id, token_key_id FROM events WHERE token_key_id != ''"


@app.command()
def init(*, keyring: KeyringOption = None, data: DataOption = None, json: JsonOption = False) -> None:
    """Make a new keyring; refuses to replace one."""
    path = keyring_path(keyring, data)
    ring = Keyring.create()
    ring.save(path)

    def human() -> None:
        say(f"made {path}, fingerprint {ring.fingerprint}")
        say(f"copy it to a safe place now: tracemark keys backup --keyring {path} COPY")
        say("a lost keyring is a lost trace: nothing stored can be found by its content without it")

    emit(_described(path, ring), json=json, human=human)


@app.command()
def rotate(
    *,
    keyring: KeyringOption = None,
    data: DataOption = None,
    purpose: Annotated[
        list[str] | None, typer.Option(help="prompt or output; both when not given. May be repeated.")
    ] = None,
    json: JsonOption = False,
) -> None:
    """Add an epoch; older ones stay, for tracing. Services take it up when they start again."""
    path = keyring_path(keyring, data)
    ring = Keyring.rotate_file(path, [_purpose(name) for name in purpose or ("prompt", "output")])

    def human() -> None:
        say(f"rotated {path}, fingerprint {ring.fingerprint}; back it up, then restart the services")

    emit(_described(path, ring), json=json, human=human)


@app.command("list")
def list_(*, keyring: KeyringOption = None, data: DataOption = None, json: JsonOption = False) -> None:
    """Show which keys the keyring holds, never the keys."""
    path = keyring_path(keyring, data)
    ring = Keyring.load(path)
    found = _described(path, ring)

    def human() -> None:
        table(_COLUMNS, ([key[name] or "" for name in _COLUMNS] for key in found["keys"]))
        say(f"{path}: ring {ring.ring_id}, fingerprint {ring.fingerprint}")

    emit(found, json=json, human=human)


@app.command()
def backup(
    copy: Annotated[Path, typer.Argument(metavar="COPY", help="Where to; must not exist.", dir_okay=False)],
    *,
    keyring: KeyringOption = None,
    data: DataOption = None,
    json: JsonOption = False,
) -> None:
    """Copy the keyring, mode 0600, and read the copy back."""
    path = keyring_path(keyring, data)
    ring = Keyring.load(path)
    ring.save(copy)
    check = check_keyring(Keyring.load(copy), against=ring)

    def human() -> None:
        say(f"copied to {copy}, fingerprint {check.fingerprint}: write it down beside the copy")

    emit({"keyring": path, "copy": copy, "fingerprint": check.fingerprint}, json=json, human=human)
    raise typer.Exit(ExitCode.FINE if check.ok else ExitCode.NO)


@app.command()
def check(
    *,
    keyring: KeyringOption = None,
    data: DataOption = None,
    against: Annotated[
        Path | None, typer.Option(metavar="FILE", help="The keyring that this one should equal.", dir_okay=False)
    ] = None,
    fingerprint: Annotated[str | None, typer.Option(metavar="HEX", help="The fingerprint written down.")] = None,
    store: StoreOption = None,
    stored: Annotated[bool, typer.Option("--stored", help="Also ask the store which keys made what it holds.")] = False,
    json: JsonOption = False,
) -> None:
    """Is this keyring (or this copy) the one that finds what is stored? Exit 1 when not.

    It says what the keyring was compared with: without --stored, --against or --fingerprint only that the file is whole.
    """
    asks_store = stored or store is not None
    given = {"store": asks_store, "keyring": against is not None, "fingerprint": fingerprint is not None}
    compared = [name for name, is_given in given.items() if is_given]
    ring = Keyring.load(keyring_path(keyring, data))
    found = check_keyring(
        ring,
        against=Keyring.load(against) if against is not None else None,
        expected_fingerprint=fingerprint,
        stored=_stored_keys(store, data) if asks_store else (),
    )
    emit(_findings(found) | {"compared": compared}, json=json, human=lambda: _say_findings(found, compared))
    raise typer.Exit(ExitCode.FINE if found.ok else ExitCode.NO)


def _purpose(name: str) -> Purpose:
    if name not in _PURPOSES:
        raise typer.BadParameter("use prompt or output", param_hint="--purpose")
    return _PURPOSES[name]


def _stored_keys(store: str | None, data: Path | None) -> list[StoredKey]:
    with Store(store_config(store, data).as_reader(), SystemClock()) as asked:
        return [StoredKey(row["tenant_id"], row["token_key_id"]) for row in asked.query(_STORED)]


def _described(path: Path, ring: Keyring) -> dict[str, Any]:
    keys = [{name: getattr(entry, name) for name in _COLUMNS} for entry in ring.entries]
    return {"keyring": path, "ring_id": ring.ring_id, "fingerprint": ring.fingerprint, "keys": keys}


def _findings(found: KeyringCheck) -> dict[str, Any]:
    return {
        "ok": found.ok,
        "fingerprint": found.fingerprint,
        "fingerprint_matches": found.fingerprint_matches,
        "lacking": found.lacking,
        "surplus": found.surplus,
        "different": found.different,
        "not_found": [key._asdict() for key in found.not_found],
    }


def _say_findings(found: KeyringCheck, compared: Sequence[str]) -> None:
    say(f"fingerprint {found.fingerprint}")
    if found.fingerprint_matches is False:
        say("it is not the fingerprint you gave: this is another keyring, or another state of it")
    for name in found.lacking:
        say(f"lacks {name}: what was made with it cannot be found")
    for name in found.different:
        say(f"{name} is another secret than in the other keyring")
    for key in found.not_found:
        say(f"the store holds tokens of tenant {key.tenant_id} made with {key.key_id}, which this keyring cannot make")
    if not found.ok:
        say("not fine: restore the right keyring before services start with this one")
    elif compared:
        say(f"fine, compared with the {' and the '.join(compared)}")
    else:
        say("the file is whole; it was compared with nothing: pass --stored, --against FILE or --fingerprint HEX")

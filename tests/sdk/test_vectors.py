"""The published vectors, computed again by an implementation that shares nothing with ours."""

import doctest
import hashlib
import importlib
import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from support import second_text as second
from tracemark.sdk.keyring import Keyring

ROOT = Path(__file__).parents[2]
VECTORS: dict[str, Any] = json.loads((ROOT / "docs/vectors/text-1.json").read_text(encoding="ascii"))
TENANT_KEYS = {key["key_id"]: bytes.fromhex(key["key"]) for key in VECTORS["tenant_keys"] if key["tenant_id"] == "acme"}


def named(kind: str) -> pytest.MarkDecorator:
    """One test per vector."""
    return pytest.mark.parametrize("vector", VECTORS[kind], ids=lambda vector: vector.get("name", vector.get("key_id")))


def test_the_published_file_is_what_this_release_computes() -> None:
    """A change of any byte is noticed before a stored text is lost."""
    check = subprocess.run(
        [sys.executable, ROOT / "docs/vectors/build.py", "--check"], capture_output=True, text=True, check=False
    )
    assert (check.returncode, check.stderr) == (0, "")


def test_the_second_implementation_is_independent() -> None:
    """It loads no module of ours, so an error of ours cannot hide in both."""
    source = "import sys; from support import second_text; print([m for m in sys.modules if m.startswith('tracemark')])"
    found = subprocess.run(
        [sys.executable, "-c", source], cwd=ROOT / "tests", capture_output=True, text=True, check=True
    )
    assert found.stdout.strip() == "[]"


@named("tenant_keys")
def test_tenant_keys(vector: dict[str, Any]) -> None:
    """A tenant's key and its public name follow from the root secret."""
    roots = {(root["purpose"], root["epoch"]): bytes.fromhex(root["secret"]) for root in VECTORS["roots"]}
    key = second.tenant_key(roots[vector["purpose"], vector["epoch"]], vector["purpose"], vector["tenant_id"])
    assert vector["key"] == key.hex()
    assert vector["key_id"] == second.key_id(vector["purpose"], vector["epoch"], key)


@named("texts")
def test_texts(vector: dict[str, Any]) -> None:
    """Both forms, the bucket and every token of a text come out the same."""
    exact, loose = second.exact(vector["text"]), second.loose(vector["text"])
    assert vector["exact"] == (exact.encode().hex() or None)
    assert vector["loose"] == (loose.encode().hex() or None)
    assert vector["length_bucket"] == second.bucket(exact)
    for tokens in vector["tokens"]:
        assert tokens["exact"] == text_token(tokens["key_id"], "exact", exact)
        assert tokens["loose"] == text_token(tokens["key_id"], "loose", loose)


@named("files")
def test_files(vector: dict[str, Any]) -> None:
    """A file is taken as its bytes."""
    data = bytes(vector["zeros"]) if "zeros" in vector else bytes.fromhex(vector["data"])
    assert vector["token"] == second.token(TENANT_KEYS[vector["key_id"]], "tracemark/token/file/1", data).hex()


@pytest.mark.parametrize("vector", VECTORS["subjects"], ids=range(len(VECTORS["subjects"])))
def test_subjects(vector: dict[str, Any]) -> None:
    """A pseudonym is half a token of the user id in exact form."""
    key = next(key for key_id, key in TENANT_KEYS.items() if key_id.startswith("subject-"))
    message = second.exact(vector["user_id"]).encode()
    assert vector["subject_ref"] == second.token(key, "tracemark/subject/1", message)[:16].hex()


def test_vectors_cover_what_is_easily_got_wrong() -> None:
    """Chinese, emoji, combining marks and line ends are among them, and no two different texts share an exact token."""
    texts = "".join(vector["text"] for vector in VECTORS["texts"])
    assert all(
        sample in texts for sample in ("今天", "👩\u200d👩", "e\u0301", "\r\n", "\u2028", "\uff28", "ﬁ", "\u200f")
    )
    forms = {vector["exact"]: vector["tokens"][0]["exact"] for vector in VECTORS["texts"]}
    assert len(set(forms.values())) == len(forms)
    assert len(hashlib.sha256().digest()) == len(bytes.fromhex(VECTORS["texts"][0]["tokens"][0]["exact"]))


def text_token(key_id: str, form: str, text: str) -> str | None:
    """What the vectors write for a token that may be absent."""
    return second.token(TENANT_KEYS[key_id], f"tracemark/token/text/1/{form}", text.encode()).hex() if text else None


@pytest.mark.parametrize("name", ["canonical", "keyring", "lookup", "markup"])
def test_examples_in_the_modules_are_true(name: str) -> None:
    """What the documentation of a module shows is what the module does."""
    found = doctest.testmod(importlib.import_module(f"tracemark.sdk.{name}"))
    assert found.attempted > 0
    assert found.failed == 0


def test_pages_name_every_tag_and_domain() -> None:
    """An implementer can work from the pages alone."""
    text, keys = ((ROOT / "docs" / page).read_text(encoding="utf-8") for page in ("canonical-text.md", "keys.md"))
    listed = next(line for line in text.splitlines() if line.startswith("Names of elements: "))
    named = set(re.findall(r"\w+", listed.removeprefix("Names of elements: ").replace("h1–h6", "h1 h2 h3 h4 h5 h6")))
    assert named == second.TAGS
    for domain in VECTORS["domains"].values():
        assert f'"{bytes.fromhex(domain)[:-1].decode()}"' in keys


def test_rings_of_the_page_on_keys_can_be_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The example runs as it stands there."""
    page = (ROOT / "docs/keys.md").read_text(encoding="utf-8")
    example = page.split("```python\n")[1].split("```")[0]
    monkeypatch.chdir(tmp_path)
    Keyring.create().save(Path("keyring.json"))
    exec(compile(example, "docs/keys.md", "exec"), {})  # noqa: S102 - our own page
    assert [e.name for e in Keyring.load(Path("auditor-acme.json")).entries] == ["output-1 of acme"]

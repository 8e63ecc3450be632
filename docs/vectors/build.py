"""Builds `text-1.json`: published vectors for everything that identifies content without storing it.

    python docs/vectors/build.py            # write
    python docs/vectors/build.py --check    # exit 1 when the published file is not what this release computes

The secrets in it are test patterns. `tests/sdk/test_vectors.py` computes every vector again without this package.
"""

# ruff: noqa: INP001, PLR2004 - a script; its texts are ambiguous on purpose; Unicode's numbers say it best

import argparse
import json
import sys
from pathlib import Path
from typing import Any, get_args

from tracemark.sdk.canonical import TEXT_VERSION, canonicalise
from tracemark.sdk.tokens import (
    DOMAIN_EXACT,
    DOMAIN_FILE,
    DOMAIN_LOOSE,
    DOMAIN_SUBJECT,
    Purpose,
    TenantKey,
    length_bucket,
    subject_ref,
)

HERE = Path(__file__).parent
PUBLISHED = HERE / "text-1.json"

TENANTS = ("acme", "north:branch-7.b", "default")
ROOTS: dict[tuple[Purpose, int], bytes] = {
    (purpose, epoch): bytes((16 * number + 8 * epoch + index) % 256 for index in range(32))
    for number, purpose in enumerate(get_args(Purpose), start=1)
    for epoch in ((1, 2) if purpose in {"prompt", "output"} else (1,))
}

TEXTS: dict[str, str] = {
    "english": "The cat sat on the mat.",
    "chinese": "今天天气很好，我们去公园吧。",
    "chinese with latin and digits": "GPT 在 2026 年生成了 3 段文字（测试）。",
    "traditional chinese": "這是一個關於人工智慧的回答。",
    "japanese, half-width kana with voicing": "ｶﾞｷﾞｸﾞ と ガギグ",
    "korean, decomposed": "\u1112\u1161\u11ab\u1100\u1173\u11af",
    "hindi with nukta and joiner": "क़लम क्\u200dष",
    "thai": "ภาษาไทยน้ำ",
    "arabic, right to left, with marks": "\u200fاَلسَّلَامُ عَلَيْكُمْ",
    "hebrew presentation form": "שָׁלוֹם \ufb2a",
    "combining marks, composed": "Caf\u00e9 cr\u00e8me",
    "combining marks, decomposed": "Cafe\u0301 cre\u0300me",
    "marks out of canonical order": "q\u0307\u0323 s\u0323\u0307",
    "forty marks on one letter": "z" + "\u0301\u0323" * 20 + "algo",
    "emoji with joiners, selectors and skin": "Family 👩\u200d👩\u200d👧\u200d👦 and ❤\ufe0f and 👍🏽!",
    "keycap emoji": "Press 1\ufe0f\u20e3 now",
    "only emoji": "🎉🎉",
    "only punctuation": "…?!",
    "line ends": "one\r\ntwo\rthree\u2028four\u2029five\x85six\n",
    "outer white space": "\ufeff\u3000 \t inner  space stays \u00a0\n\n",
    "full width": "Ｈｅｌｌｏ，　Ｗｏｒｌｄ！１２３",
    "ligatures, superscripts, fractions, roman numerals": "ﬁle ﬀ x² ½ Ⅳ ℃ ™",
    "case folding": "STRASSE Straße ẞ İ ı ΣΊΣΥΦΟΣ ς",
    "blank": " \t\r\n\u3000\u2029",
    "empty": "",
    "null and control characters": "a\0b\x07c",
    "astral letters": "𝓗𝓮𝓵𝓵𝓸 𠮷野家",
    "variation sequence of an ideograph": "葛\U000e0100城市",
    "long": "长文本 with some words, and punctuation; " * 500,
    "markdown: emphasis and heading": "## Answer\n\n**Bold**, *italic*, `code` and ~~gone~~.",
    "markdown: ordered list": "Steps:\n\n1. First\n2. Second\n   3) Third\n\nIt was 42. Or 43. Who knows?",
    "markdown: ordered list on one line": "Steps: 1. First 2. Second 3) Third It was 42. Or 43. Who knows?",
    "markdown: list shown without numbers": "Steps:\nFirst\nSecond\nThird\nIt was 42. Or 43. Who knows?",
    "markdown: list that starts at seven": "7. Seven\n8. Eight",
    "markdown: bold number and escaped number": "**1.** One\n2\\. Two\n2026. A year",
    "markdown: link and image": 'See [the page](https://example.org/a_(b) "Title") ![alt text](i.png)!',
    "markdown: fenced code": "Run:\n```python\nprint(1)\n```\n~~~ text\nx\n~~~",
    "markdown: check boxes": "- [x] done\n- [ ] open\n- array[x] stays",
    "markdown: tags, entities and placeholders": "a &lt;b&gt; <b>bold</b> R&amp;D H<sub>2</sub>O <br/> &nbsp; <name> <https://example.org>",
}
FILES: dict[str, bytes] = {
    "empty": b"",
    "png signature": b"\x89PNG\r\n\x1a\n",
    "every byte": bytes(range(256)),
    "one mebibyte of zeros": bytes(1 << 20),
}
SUBJECTS = ("u-42", "  u-42\n", "用户甲", "Jose\u0301", "Jos\u00e9", "U-42")
REFUSED: dict[str, list[int]] = {
    "first half alone": [0x61, 0xD83D, 0x62],
    "second half alone": [0x1F600, 0xDE00],
    "halves in the wrong order": [0x20, 0xDE00, 0xD83D],
}


def keys() -> list[dict[str, Any]]:
    """Derivation of tenant keys."""
    return [
        {"purpose": key.purpose, "epoch": key.epoch, "tenant_id": tenant, "key": key.secret.hex(), "key_id": key.key_id}
        for (purpose, epoch), root in ROOTS.items()
        for tenant in ([""] if purpose == "dlq" else TENANTS)
        for key in [TenantKey.derive(root, purpose, epoch, tenant)]
    ]


def text(name: str, given: str) -> dict[str, Any]:
    """Both forms of a text, and its tokens."""
    canonical = canonicalise(given)
    which: tuple[tuple[Purpose, int], ...] = (("prompt", 1), ("output", 1), ("output", 2))
    tokens = [_key(purpose, epoch).tokens(canonical) for purpose, epoch in which]
    return {
        "name": name,
        "text": given,
        "exact": _hex(canonical.exact),
        "loose": _hex(canonical.loose),
        "length_bucket": length_bucket(canonical),
        "tokens": [{"key_id": each.key_id, "exact": _hex(each.exact), "loose": _hex(each.loose)} for each in tokens],
    }


def build() -> str:
    """The file's content; ASCII, so that no editor and no checkout alters a character."""
    vectors = {
        "version": TEXT_VERSION,
        "tenant_id": TENANTS[0],
        "domains": {
            "exact": DOMAIN_EXACT.hex(),
            "loose": DOMAIN_LOOSE.hex(),
            "file": DOMAIN_FILE.hex(),
            "subject": DOMAIN_SUBJECT.hex(),
        },
        "roots": [
            {"purpose": purpose, "epoch": epoch, "secret": secret.hex()} for (purpose, epoch), secret in ROOTS.items()
        ],
        "tenant_keys": keys(),
        "texts": [text(name, given) for name, given in TEXTS.items()],
        "files": [_file(name, data) for name, data in FILES.items()],
        "subjects": [{"user_id": user, "subject_ref": subject_ref(_key("subject", 1), user)} for user in SUBJECTS],
        "refused": [
            {
                "name": name,
                "code_points": points,
                "index": next(i for i, p in enumerate(points) if 0xD800 <= p <= 0xDFFF),
            }
            for name, points in REFUSED.items()
        ],
    }
    return json.dumps(vectors, indent=1) + "\n"


def _file(name: str, data: bytes) -> dict[str, Any]:
    short = {"data": data.hex()} if len(data) <= 256 else {"zeros": len(data)}
    tokens = _key("output", 1).file_tokens(data)
    return {"name": name, **short, "key_id": tokens.key_id, "token": _hex(tokens.exact)}


def _key(purpose: Purpose, epoch: int) -> TenantKey:
    return TenantKey.derive(ROOTS[purpose, epoch], purpose, epoch, TENANTS[0])


def _hex(data: bytes | None) -> str | None:
    return None if data is None else data.hex()


def main() -> int:
    """Write, or check."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 when the file is stale")
    if not parser.parse_args().check:
        PUBLISHED.write_text(build(), encoding="ascii")
        return 0
    if PUBLISHED.read_text(encoding="ascii") == build():
        return 0
    sys.stderr.write(
        "docs/vectors/text-1.json is stale: run `python docs/vectors/build.py`, or mend what changed the bytes\n"
    )
    return 1


if __name__ == "__main__":
    sys.exit(main())

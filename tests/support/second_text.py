"""`docs/canonical-text.md` and `docs/keys.md` a second time: standard library only, nothing of tracemark, plain and slow.

Written from the pages, character by character, so that it shares no expression and no table with the product.
"""

import hashlib
import hmac
import html
import re
import string
import unicodedata
from collections.abc import Callable

Found = tuple[int, str] | None

NEWLINES = ("\r\n", "\r", "\u0085", "\u2028", "\u2029")
WHITE_SPACE = "".join(
    map(
        chr,
        [
            *range(9, 14),
            *range(28, 33),
            0x85,
            0xA0,
            0x1680,
            *range(0x2000, 0x200B),
            0x2028,
            0x2029,
            0x202F,
            0x205F,
            0x3000,
        ],
    )
)
TAGS = frozenset(
    re.findall(
        r"\w+",
        """
        a abbr article aside b big blockquote body br caption center cite code col dd del details dfn div dl dt em figcaption figure
        font footer h1 h2 h3 h4 h5 h6 head header hr html i img ins kbd li main mark nav ol p pre q
        s samp section small span strike strong sub summary sup table tbody td tfoot th thead tr tt u ul var wbr
        """,
    )
)


def exact(text: str) -> str:
    """The exact form."""
    text = unicodedata.normalize("NFC", stream_safe(text))
    for newline in NEWLINES:
        text = text.replace(newline, "\n")
    return text.strip(WHITE_SPACE)


def stream_safe(text: str) -> str:
    """A grapheme joiner before the 31st, 61st, … of a run of marks."""
    out, run = "", 0
    for char in text:
        marks = all(unicodedata.combining(part) for part in unicodedata.normalize("NFKD", char))
        run = run + 1 if marks else 0
        if run == 31:
            out, run = out + "\u034f", 1
        out += char
    return out


def loose(text: str) -> str:
    """The loose form."""
    shown = without_markup(exact(text))
    folded = unicodedata.normalize("NFKC", stream_safe(shown)).casefold()
    return "".join(char for char in folded if sounded(char))


def sounded(char: str) -> bool:
    """Letters and numbers, and the marks that can be seen."""
    kind = unicodedata.category(char)
    invisible = char in "\u034f\u17b4\u17b5\u180b\u180c\u180d\u180f" or "\ufe00" <= char <= "\ufe0f"
    invisible = invisible or "\U000e0100" <= char <= "\U000e01ef"
    return kind[0] in "LN" or (kind in ("Mn", "Mc") and not invisible)


def without_markup(text: str) -> str:
    """The seven steps, in their order."""
    for _ in range(8):
        text = html.unescape(text)
    text = rewrite(text, tag_at)
    text = rewrite(text, image_at)
    text = rewrite(text, link_at)
    text = rewrite(text, check_box_at)
    text = "\n".join(without_fence_language(line) for line in text.split("\n"))
    return without_numbers(text)


def rewrite(text: str, found_at: Callable[[str, int], Found]) -> str:
    """Walk through `text`; `found_at` gives (end, replacement) of a construct that begins at an index, or None."""
    out, at = "", 0
    while at < len(text):
        found = found_at(text, at)
        if found is None:
            out, at = out + text[at], at + 1
        else:
            out, at = out + found[1], found[0]
    return out


def tag_at(text: str, at: int) -> Found:
    if text[at] != "<":
        return None
    name_at = at + 1 + text.startswith("/", at + 1)
    name_end = run_end(text, name_at, lambda char: char in string.ascii_letters + string.digits)
    if text[name_at:name_end].lower() not in TAGS or name_end == len(text):
        return None
    if text[name_end] == ">":
        return name_end + 1, ""
    if text.startswith("/>", name_end):
        return name_end + 2, ""
    end = run_end(text, name_end, lambda char: char not in "<>")
    return (end + 1, "") if text[name_end] in string.whitespace and text[end : end + 1] == ">" else None


def image_at(text: str, at: int) -> Found:
    found = link_at(text, at + 1) if text.startswith("![", at) else None
    return (found[0], "") if found else None


def link_at(text: str, at: int) -> Found:
    if text[at] != "[":
        return None
    label_end = run_end(text, at + 1, lambda char: char not in "[]")
    if not text.startswith("](", label_end):
        return None
    end = target_end(text, label_end + 2)
    return (end, text[at + 1 : label_end]) if end else None


def target_end(text: str, at: int) -> int | None:
    """After the closing parenthesis of a link's target: an address with parentheses one deep, perhaps a quoted title."""

    def plain(char: str) -> bool:
        return char not in "()" and not char.isspace()

    at = run_end(text, at, plain)
    while text.startswith("(", at):
        inner = run_end(text, at + 1, plain)
        if not text.startswith(")", inner):
            return None
        at = run_end(text, inner + 1, plain)
    blank = run_end(text, at, str.isspace)
    if blank > at and text[blank : blank + 1] in ("'", '"') and text[blank:]:
        close = text.find(text[blank], blank + 1)
        if close >= 0:
            blank = run_end(text, close + 1, str.isspace)
    return blank + 1 if text.startswith(")", blank) else None


def check_box_at(text: str, at: int) -> Found:
    alone = edge(text, at - 1) and edge(text, at + 3)
    return (at + 3, "") if alone and text[at : at + 3] in ("[x]", "[X]") else None


def without_fence_language(line: str) -> str:
    start = run_end(line, 0, lambda char: char in " \t>")
    for fence in "`~":
        end = run_end(line, start, fence.__eq__)
        if end - start >= 3 and "`" not in line[end:]:
            return line[:end]
    return line


def without_numbers(text: str) -> str:
    out, at, last = "", 0, 0
    while at < len(text):
        end = number_end(text, at)
        number = int(text[at:end].rstrip(".)\\")) if end else 0
        if end and (number in (1, last + 1) or in_front(text, at)):
            last, at = number, end
        else:
            step = end or at + 1
            out, at = out + text[at:step], step
    return out


def number_end(text: str, at: int) -> int | None:
    """After `12.`, `12)` or `12\\.` that begins at `at`, with nothing but white space or emphasis around it."""
    if text[at] not in string.digits or not (edge(text, at - 1) or text[at - 1] in "*_~|>#-"):
        return None
    digits = run_end(text, at, lambda char: char in string.digits)
    mark = digits + text.startswith("\\", digits)
    after = run_end(text, mark + 1, lambda char: char in "*_~")
    return (
        mark + 1
        if digits - at <= 9 and text[mark : mark + 1] in (".", ")") and text[mark:] and edge(text, after)
        else None
    )


def in_front(text: str, at: int) -> bool:
    """Whether at most sixteen characters, none of them a letter or number, stand between the line's start and `at`."""
    start = text.rfind("\n", 0, at) + 1
    near = at - start < 16 or (at - start == 16 and start == 0)
    return near and not any(char.isalnum() for char in text[start:at])


def edge(text: str, at: int) -> bool:
    return at < 0 or at >= len(text) or text[at].isspace()


def run_end(text: str, at: int, wanted: Callable[[str], bool]) -> int:
    while at < len(text) and wanted(text[at]):
        at += 1
    return at


def tenant_key(root: bytes, purpose: str, tenant_id: str) -> bytes:
    """The key of one tenant."""
    return hmac.digest(root, b"tracemark/key/1\0" + purpose.encode() + b"\0" + tenant_id.encode(), "sha256")


def key_id(purpose: str, epoch: int, key: bytes) -> str:
    """The public name of a tenant's key."""
    return f"{purpose}-{epoch}-{hashlib.sha256(bytes([3]) + key).hexdigest()[:8]}"


def token(key: bytes, domain: str, message: bytes) -> bytes:
    """A token."""
    return hmac.new(key, domain.encode() + b"\0" + message, "sha256").digest()


def bucket(text: str) -> str:
    """The length bucket of a text in exact form."""
    bounds = [0, 1, 16, 64, 256, 1024, 4096, 16384]
    low = max(bound for bound in bounds if bound <= len(text))
    above = [bound for bound in bounds if bound > low]
    return "chars_0" if low == 0 else f"chars_{low}_{above[0] - 1}" if above else f"chars_{low}_up"

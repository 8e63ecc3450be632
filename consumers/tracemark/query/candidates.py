"""What a text or a file may be stored as: tokens that the asking side computed. The content itself never comes here."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from tracemark.query.errors import InvalidQuestion

__all__ = ["CandidateSet", "TokenCandidate", "TokenForm"]

TokenForm = Literal["exact", "loose"]
"""`exact`: the very text or file; `loose`: its letters and digits, whatever became of markup, spacing and case."""

_TOKEN_BYTES = 32


@dataclass(frozen=True, slots=True)
class TokenCandidate:
    """One token to look for.

    Attributes:
        token: 32 bytes.
        form: Which of a text's two tokens it is.
        key_id: Key that made it; names purpose and epoch.
        variant: What was done to the text before: `as_given`, or a name such as `label_cut`.
    """

    token: bytes
    form: TokenForm
    key_id: str
    variant: str = "as_given"

    def __post_init__(self) -> None:
        """Refuse what no event could hold."""
        if len(self.token) != _TOKEN_BYTES:
            raise InvalidQuestion(f"token: {len(self.token)} bytes; pass the {_TOKEN_BYTES} bytes of a token")


class CandidateSet:
    """Candidates by form and token. Of several that share a token the first is kept, so pass the likeliest variant first."""

    def __init__(self, candidates: Iterable[TokenCandidate]) -> None:
        """Sort the candidates by form, and note the order of the variants."""
        self._by_form: Mapping[str, dict[str, TokenCandidate]] = {"exact": {}, "loose": {}}
        self._variants: dict[str, int] = {}
        for candidate in candidates:
            self._variants.setdefault(candidate.variant, len(self._variants))
            self._by_form[candidate.form].setdefault(candidate.token.hex(), candidate)

    def __len__(self) -> int:
        return sum(map(len, self._by_form.values()))

    def tokens(self, form: TokenForm) -> list[str]:
        """The tokens of one form, in hex."""
        return list(self._by_form[form])

    def find(self, form: str, token_hex: str) -> TokenCandidate:
        """The candidate behind a hit."""
        return self._by_form[form][token_hex]

    def rank(self, candidate: TokenCandidate) -> tuple[int, bool]:
        """Sorts the likeliest variant first, and within it the exact form."""
        return self._variants[candidate.variant], candidate.form != "exact"

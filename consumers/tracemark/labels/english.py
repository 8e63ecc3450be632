"""What an explicit label says in English: expressions for folded text, so with one blank between words and one kind of hyphen."""

from typing import Final

from tracemark.labels.wording import any_of

__all__ = ["ADVICE", "ANNOUNCED", "CALLED", "DENIAL", "LABEL", "MADE"]

MADE: Final = any_of("generated synthesi[sz]ed synthetic")

_AI: Final = (
    r"(?:generative )?(?:a\.i\.?|ai|artificial[ -]intelligence)(?:[ -](?:based|powered))?"
    rf"(?: (?:large )?(?:language )?{any_of('model system assistant tool technology chatbot agent service software')}s?)?"
)
_MAKE: Final = f"(?:{any_of('written created produced')} and )?{MADE}"
_WHAT: Final = (
    any_of(
        "content text answer response article message reply information work report summary overview translation document "
        "post page story description output result conversation chat draft essay review email material"
    )
    + "s?"
)
"""Never a picture: its caption labels the picture, and not the text around it."""
_WHICH: Final = (
    r"(?P<which>"
    rf"(?:this|these|all|the {any_of('above following preceding entire whole')}|(?:some |parts? )of (?:this|the)) {_WHAT}"
    rf"(?: (?:above|below|(?:on|in) this {any_of('page article document answer response site')}))?"
    rf"|the {_WHAT} (?:above|below)|this|these|the (?:above|following)|(?:everything|all of the) above)"
)
_IS: Final = any_of("is are was were has_been have_been may_be may_have_been") + " "
_HOW: Final = f"(?:{any_of('partly partially entirely fully wholly completely automatically largely mostly')} )?"
_NO_NAME: Final = any_of("not non no never without anti than or and versus vs humans? people them us")
_NAME: Final = rf"(?:(?!{_NO_NAME}\b)[a-z][\w.-]{{1,20}}(?:'s|,)? )?"
_FROM_AI: Final = (
    rf"(?:(?:an? |some )?{_HOW}{_AI}[ -]{_MAKE}(?: {_WHAT})?"
    rf"|{_HOW}{_MAKE} (?:{any_of('in_part entirely automatically')} )?{any_of('by with using via through')} "
    rf"(?:the {any_of('help use assistance aid')} of )?{_NAME}(?:an? |our |the )?{_AI}(?: assistance| help)?)"
)
_HOLDS_AI: Final = rf"(?:may )?(?:contain|include)s? (?:some |partly )?{_AI}[ -]{_MAKE} {_WHAT}"
_NOTICE: Final = (
    f"(?:(?:{any_of('important legal ai content ai[_-]generated_content editor.s author.s please')} )?"
    + any_of("note notice disclaimer disclosure label warning important caution")
    + "(?: that)?[:-]? ?)?"
)

_WRONG: Final = (
    f"(?:be {any_of('incorrect inaccurate wrong incomplete misleading outdated unreliable')}"
    "|(?:contain|include|have) (?:some )?(?:errors|mistakes|inaccuracies"
    f"|{any_of('inaccurate incorrect wrong false misleading')} (?:information|content|statements))|make mistakes)"
)
_DONE: Final = any_of("reviewed edited checked verified proofread fact-checked")
_PEOPLE: Final = any_of("humans? editors? authors? people staff team human_editors?")
_FOR: Final = rf"for {any_of('reference information(?:al)? educational entertainment')}(?: purposes)?"
_MAY_BE_WRONG: Final = rf"(?:it |they |ai )?{any_of('may might can could')} {_WRONG}(?:,? (?:or|and) {_WRONG})*"
ADVICE: Final = (
    rf"(?:{_MAY_BE_WRONG}|(?:(?:is|are) )?(?:(?:intended|provided) )?{_FOR}(?: only)?"
    rf"|please {any_of('verify check review double-check confirm use')}\b.{{0,60}}"
    rf"|{any_of('verify check double-check review')} (?:{any_of('all any its for')} )?(?:{any_of('important critical key')} )?"
    + any_of("info information facts details accuracy sources mistakes before_use")
    + rf"|(?:{any_of('then later has_been was is')} )?{_DONE}(?:,? (?:and|or) {_DONE})? by (?:an? |our |the )?{_PEOPLE}"
    rf"|(?:has )?not (?:been )?{_DONE}(?: by (?:an? )?{_PEOPLE})?"
    r"|(?:its |the )?accuracy (?:is not|cannot be) guaranteed"
    r"|(?:it )?(?:does|is|should) not "
    + any_of("represent reflect constitute be_(?:taken|used|relied_on)_(?:as|for) a_substitute_for intended_as")
    + " .{0,60})"
)
LABEL: Final = (
    rf"(?:{_NOTICE}(?:(?:{_WHICH}|(?:the )?{_WHAT}) (?:{_IS})?|(?:above|below|here) {_IS})?(?:{_IS})?(?:{_FROM_AI}|{_HOLDS_AI})"
    # Without a comma or a conjunction, most advice would say something about generated content.
    rf"(?: {_MAY_BE_WRONG}| {_FOR} only| (?:and|but|then) {ADVICE}| ?[,;|·-] ?(?:(?:and|but) )?{ADVICE})*)"
)
DENIAL: Final = rf"\b{any_of('not no non never false wrong untrue without')}\b|n't"
ANNOUNCED: Final = r"\b" + any_of(
    "marked labell?ed tagged stamped marks? labels? tags? says? saying words? with write adds? adding "
    "called as like e[.]g notice phrase term option image picture photo figure illustration video audio cover"
)
CALLED: Final = any_of("label mark tag watermark badge notice disclaimer") + r"s?\b"

"""Chains found by the tokens of a text or file."""

import hashlib
from datetime import timedelta

import pytest

from support.stored import NOON, StoredEvents
from tracemark.query import InvalidQuestion, Limits, Reader, TokenCandidate, trace_tokens

KEY = "output-1-0a1b2c3d"
PROMPT_KEY = "prompt-1-00000000"


def token(name: str) -> bytes:
    """A token of nothing in particular."""
    return hashlib.sha256(name.encode()).digest()


def exact(name: str, variant: str = "as_given", key_id: str = KEY) -> TokenCandidate:
    """A candidate in exact form."""
    return TokenCandidate(token(name), "exact", key_id, variant)


def loose(name: str, variant: str = "as_given", key_id: str = KEY) -> TokenCandidate:
    """A candidate in loose form."""
    return TokenCandidate(token("loose " + name), "loose", key_id, variant)


def tell_output(story: StoredEvents, number: int, name: str, *, at: float = 0.0) -> None:
    """A prompt and an output whose text has the tokens of `name`."""
    story.tell("prompt.received", at=at, request_id=f"r-{number}")
    story.tell(
        "output.generated",
        at=at + 1,
        request_id=f"r-{number}",
        content_id=f"c-{number}",
        token_exact=token(name),
        token_loose=token("loose " + name),
        token_key_id=KEY,
    )


def test_exact_token_finds_the_chain_and_says_how(reader: Reader, story: StoredEvents) -> None:
    """The very text finds its chain; the match names form, variant, key and the event that holds the token."""
    tell_output(story, 1, "hello")
    story.save()
    answer = trace_tokens(reader, [exact("hello"), loose("hello")])
    (chain,) = answer.chains
    assert chain.request_id == "r-1"
    assert [(m.form, m.variant, m.key_id, m.event_type) for m in chain.matched] == [
        ("exact", "as_given", KEY, "output.generated"),
        ("loose", "as_given", KEY, "output.generated"),
    ]


def test_loose_token_alone_finds_the_chain(reader: Reader, story: StoredEvents) -> None:
    """A text that lost its markup is found by its letters and digits, and the match says so."""
    tell_output(story, 1, "hello")
    story.save()
    (chain,) = trace_tokens(reader, [exact("other"), loose("hello")]).chains
    assert [match.form for match in chain.matched] == ["loose"]


def test_form_handed_over_finds_the_chain(reader: Reader, story: StoredEvents) -> None:
    """The labelled text that a user was given leads to the chain of the output it was made of."""
    tell_output(story, 1, "hello")
    story.tell("label.applied", at=2, content_id="c-1", token_exact=token("AI: hello"), token_key_id=KEY)
    story.save()
    (chain,) = trace_tokens(reader, [exact("AI: hello")]).chains
    assert chain.request_id == "r-1"
    assert [match.delivered for match in chain.matched] == [True]


def test_every_chain_of_a_text_is_shown_the_surest_and_oldest_first(reader: Reader, story: StoredEvents) -> None:
    """One text in several generations gives several chains: by likelihood of the variant, then the oldest."""
    tell_output(story, 1, "with label", at=0)
    tell_output(story, 2, "hello", at=200)
    tell_output(story, 3, "hello", at=100)
    story.save()
    candidates = [exact("hello"), loose("hello"), exact("with label", "label_cut")]
    answer = trace_tokens(reader, candidates)
    assert [chain.request_id for chain in answer.chains] == ["r-3", "r-2", "r-1"]
    assert answer.total == 3


def test_prompt_and_output_of_one_request_are_one_chain(reader: Reader, story: StoredEvents) -> None:
    """A text that was echoed matches twice and is shown once, with both matches."""
    story.tell("prompt.received", request_id="r-1", token_exact=token("in"), token_key_id=PROMPT_KEY)
    tell_output(story, 1, "hello")
    story.save()
    (chain,) = trace_tokens(reader, [exact("hello"), exact("in", key_id=PROMPT_KEY)]).chains
    assert [match.event_type for match in chain.matched] == ["output.generated", "prompt.received"]


def test_more_chains_than_asked_for_are_counted(reader: Reader, story: StoredEvents) -> None:
    """With a limit the first chains are shown and the rest is counted."""
    for number in range(30):
        tell_output(story, number, "ok", at=number)
    story.save()
    answer = trace_tokens(reader, [exact("ok"), loose("ok")], limits=Limits(chains=4))
    assert [chain.request_id for chain in answer.chains] == ["r-0", "r-1", "r-2", "r-3"]
    assert (answer.total, answer.more, answer.total_is_exact) == (30, 26, True)


def test_total_beyond_the_bound_is_marked_as_no_exact_count(reader: Reader, story: StoredEvents) -> None:
    """When there are more places than are looked at, the answer says that its total is none."""
    for number in range(30):
        tell_output(story, number, "ok", at=number)
    story.save()
    answer = trace_tokens(reader, [exact("ok")], limits=Limits(chains=4, anchors=10))
    assert not answer.total_is_exact
    assert answer.total == 30


def test_token_of_another_key_finds_nothing(reader: Reader, story: StoredEvents) -> None:
    """A token made with another key is simply not there."""
    tell_output(story, 1, "hello")
    story.save()
    assert not trace_tokens(reader, [exact("hello under another key")]).found


def test_no_candidates_find_nothing(reader: Reader, story: StoredEvents) -> None:
    """A blank text has no tokens; events that hold none are not mistaken for it."""
    story.tell("output.generated", request_id="r-1", content_id="c-1")
    story.save()
    answer = trace_tokens(reader, [])
    assert (answer.found, answer.question.tokens) == (False, 0)


def test_exact_token_is_not_looked_for_among_loose_ones(reader: Reader, story: StoredEvents) -> None:
    """The two forms are two columns: a token of one never matches the other."""
    tell_output(story, 1, "hello")
    story.save()
    assert not trace_tokens(reader, [TokenCandidate(token("hello"), "loose", KEY)]).found


def test_since_looks_at_what_was_received_since_then(reader: Reader, story: StoredEvents) -> None:
    """Chains received before `since` are left out, by the broker's clock and not the producer's."""
    tell_output(story, 1, "hello", at=0)
    tell_output(story, 2, "hello", at=1000)
    story.save()
    answer = trace_tokens(reader, [exact("hello")], since=NOON + timedelta(seconds=500))
    assert [chain.request_id for chain in answer.chains] == ["r-2"]


def test_hundreds_of_candidates_are_asked_in_pieces(reader: Reader, story: StoredEvents) -> None:
    """Many tenants, epochs and variants make many tokens; the one that fits is found wherever it stands."""
    tell_output(story, 1, "hello")
    story.save()
    many = [exact(f"nothing {n}") for n in range(450)] + [loose(f"nothing {n}") for n in range(250)]
    (chain,) = trace_tokens(reader, [*many, exact("hello")]).chains
    assert chain.request_id == "r-1"


def test_candidate_of_the_wrong_size_is_refused() -> None:
    """A token is 32 bytes; anything else is a mistake of the caller and never reaches the store."""
    with pytest.raises(InvalidQuestion, match="7 bytes"):
        TokenCandidate(b"x" * 7, "exact", KEY)

"""What the boards say: the words of the law, colours that everybody can tell apart, and something where there is nothing."""

import itertools
import math
import re
import tomllib
from collections.abc import Iterator
from importlib import resources
from typing import Any, cast

import pytest

from tracemark.dashboards import boards
from tracemark.dashboards.panels import BLUE, GREEN, GREY, ORANGE, RED, TIME
from tracemark.dashboards.versions import LANGUAGES, Language
from tracemark.dashboards.words import Words
from tracemark.query.obligations import load_pack

FULL: dict[Language, dict[str, str]] = {
    "en": {
        "Interim Measures": "Interim Measures for the Management of Generative AI Services",
        "Labelling Measures": "Measures for Labelling AI-Generated Synthetic Content",
        "Deep Synthesis Provisions": "Provisions on Deep Synthesis of Internet Information Services",
        "PIPL": "Personal Information Protection Law",
    },
    "zh": {
        "《暂行办法》": "《生成式人工智能服务管理暂行办法》",
        "《标识办法》": "《人工智能生成合成内容标识办法》",
        "《深度合成规定》": "《互联网信息服务深度合成管理规定》",
    },
}
BLINDNESS = {
    "protan": ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998)),
    "deutan": ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.011820, 0.042940, 0.968881)),
    "tritan": ((1.255528, -0.076749, -0.178779), (-0.078411, 0.930809, 0.147602), (0.004733, 0.691367, 0.303900)),
}
"""What is left of linear red, green and blue: Machado, Oliveira and Fernandes (2009), severity 1."""


@pytest.mark.parametrize("regime", ["cn", "eu", "us-ca"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_article_of_a_duty_is_printed_in_words(regime: str, language: Language) -> None:
    """No reader has to know what IM or DS stand for; a Chinese board names the law in Chinese."""
    said = Words("obligations", language).laws()
    for duty in load_pack(regime).obligations:
        assert not re.search(r"\b(IM|DS|LM|CSL|PIPL|IIS|AIA|BPC)\b", said[duty.law])
        if language == "zh":
            assert re.search(r"《.+》|GB 45438-2025", said[duty.law])
            assert not re.search(r"art\.|paragraph|Annex", said[duty.law])


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_short_name_of_a_law_is_explained_on_the_board(language: Language) -> None:
    """Whoever reads a board for the first time finds the law's full name at its top."""
    for board in boards(language):
        note = board["panels"][0]["options"]["content"]
        rest = "".join(panel["description"] for panel in board["panels"])
        for short, full in FULL[language].items():
            if short in rest:
                assert full in note, (board["uid"], short)


def test_the_law_s_own_words_are_used() -> None:
    """Labels are altered, forged or hidden in the words of article 10, and nobody waives what the law lets a user ask for."""
    text = "".join(
        path.read_text(encoding="utf-8")
        for path in (resources.files("tracemark.dashboards") / "catalogue").iterdir()
        if path.name.endswith(".toml")
    )
    for word in ("篡改", "伪造", "隐匿", "显式标识", "隐式标识"):
        assert word in text
    for word in ("豁免", "遮蔽", "回读", "最近一次判断", "末端时的时长", "已处理区间", "未处理任何区间"):
        assert word not in text


@pytest.mark.parametrize("kind", BLINDNESS)
def test_colours_differ_for_everybody(kind: str) -> None:
    """Bad, look, good, neutral and no evidence stay well apart (CIE 1976) for those who do not see all colours."""
    for one, other in itertools.combinations((GREEN, ORANGE, RED, GREY, BLUE), 2):
        assert math.dist(_seen(one, kind), _seen(other, kind)) > 25, (one, other)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_panel_without_data_says_so_in_the_reader_s_language(language: Language) -> None:
    """Nothing is no good news: stats, tables and charts have words for it, and a table's cells do not repeat them."""
    for panel in itertools.chain.from_iterable(board["panels"] for board in boards(language)):
        if panel["type"] in ("stat", "table", "timeseries"):
            said = panel["fieldConfig"]["defaults"]["noValue"]
            assert bool(re.search("[\u4e00-\u9fff]", said)) == (language == "zh")
        if panel["type"] == "table":
            cells = panel["fieldConfig"]["overrides"][0]
            assert (cells["matcher"]["id"], cells["properties"]) == ("byRegexp", [{"id": "noValue", "value": ""}])


def test_columns_ask_for_no_more_room_than_they_need() -> None:
    """Narrow columns may shrink far below Grafana's 150 pixels, and instants are never cut."""
    for panel in itertools.chain.from_iterable(board["panels"] for board in boards("zh")):
        if panel["type"] == "table":
            overrides = [
                (o["matcher"]["options"], p) for o in panel["fieldConfig"]["overrides"] for p in o["properties"]
            ]
            widths = {column: prop["value"] for column, prop in overrides if prop["id"] == "custom.width"}
            instants = {column for column, prop in overrides if (prop["id"], prop["value"]) == ("unit", TIME)}
            assert instants <= widths.keys()
            assert panel["fieldConfig"]["defaults"]["custom"]["minWidth"] < 100


def test_series_are_named_by_their_label_alone() -> None:
    """A legend says `INV-8`, not `offending INV-8`."""
    for panel in itertools.chain.from_iterable(board["panels"] for board in boards("en")):
        if panel["type"] == "timeseries":
            assert re.fullmatch(r"\$\{__field\.labels\.\w+\}", panel["fieldConfig"]["defaults"]["displayName"])


def test_alerts_name_their_law_in_words() -> None:
    """A mail in the night needs no key to abbreviations."""
    path = resources.files("tracemark.dashboards") / "catalogue" / "alerts.toml"
    for rule in tomllib.loads(path.read_text(encoding="utf-8")).values():
        assert not re.search(r"\b(IM|DS|LM|CSL|PIPL) \d", rule["article"])


def test_a_journal_is_no_log() -> None:
    """Chinese has 日志 for logs: the file in which events wait has a word of its own, wherever it is meant, and nowhere else."""
    folder = resources.files("tracemark.dashboards") / "catalogue"
    said = [pair for file in folder.iterdir() for pair in _pairs(tomllib.loads(file.read_text(encoding="utf-8")))]
    meant = [(re.sub("`[^`]*`", "", one["en"]), one["zh"]) for one in said]
    assert any("journal" in english for english, _ in meant)
    for english, chinese in meant:
        assert ("journal" in english) == ("暂存" in chinese), (english, chinese)


def _pairs(node: dict[str, Any]) -> Iterator[dict[str, str]]:
    """Every text that is there in both languages."""
    if isinstance(node.get("en"), str) and isinstance(node.get("zh"), str):
        yield node
    for child in node.values():
        if isinstance(child, dict):
            yield from _pairs(cast("dict[str, Any]", child))


def _seen(colour: str, kind: str) -> tuple[float, float, float]:
    linear = [_linear(int(colour[at : at + 2], 16) / 255) for at in (1, 3, 5)]
    red, green, blue = (
        min(max(sum(share * part for share, part in zip(row, linear, strict=True)), 0), 1) for row in BLINDNESS[kind]
    )
    x = _root((0.4124 * red + 0.3576 * green + 0.1805 * blue) / 0.95047)
    y = _root(0.2126 * red + 0.7152 * green + 0.0722 * blue)
    z = _root((0.0193 * red + 0.1192 * green + 0.9505 * blue) / 1.08883)
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


def _linear(share: float) -> float:
    return share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4


def _root(value: float) -> float:
    return math.cbrt(value) if value > 0.008856 else 7.787 * value + 16 / 116

"""Rules that every board keeps. Each one exists because breaking it makes a board fail, or lie.

for problem in problems(boards("en")):
    print(problem)
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from urllib.parse import parse_qsl, urlsplit

from tracemark.dashboards.panels import COUNT, GREEN, TIME, Json
from tracemark.dashboards.queries import DATASOURCE, FORMATS, columns_of
from tracemark.dashboards.versions import DATASOURCE_UID, PLUGIN_ID, PLUGIN_VERSION, SCHEMA_VERSION

__all__ = ["problems", "queries_of", "tile_urls_of", "urls_of"]

_COLUMNS = 24
_LETTERS = 8.5
"""Of a title, in one column of the grid on a screen of 1,500 pixels."""
_UNITS = frozenset({COUNT, "s", "ms", "percentunit", "ops", TIME})
_TRACED = frozenset({"request_id", "content_id", "case_id", "event_id"})
_BUILT_IN = frozenset({"datasource"})
_KEPT = re.compile(r"\$\{(\w+):queryparam\}")
_AROUND = re.compile(r"\btime=\$\{__data\.fields\.(\w+)\.numeric\}&time\.window=\d+\b")
_VARIABLE = re.compile(r"\$\{(\w+)(?::\w+)?\}|\$(?!__)(\w+)")
_ENCODED = re.compile(r"decodeURLComponent\('\$\{\w+:percentencode\}'\)")
_ARTICLE = re.compile(r"art\. |article|第.+条|条文|GB 45438")
_CONDITION = re.compile(r",\s*\$\w+\)")
_SHADOWED = re.compile(r"\$__time(?:Interval|Interval_ms|Group)\((\w+)[^)]*\)\s+AS\s+(\w+)", re.IGNORECASE)

Rule = Callable[[Json], Iterator[str]]


def problems(boards: Sequence[Json]) -> list[str]:
    """Every broken rule, as a sentence that names the board; empty when all is well. The boards may link to each other only."""
    found = [f"{board['uid']}: {problem}" for board in boards for rule in _RULES for problem in rule(board)]
    return [*found, *_across(boards)]


def queries_of(board: Json) -> list[tuple[str, Json]]:
    """Every query of a board, with a name for it: panels, variables and annotations."""
    panels = [(f"panel {target['refId']}", target) for panel in board["panels"] for target in panel["targets"]]
    variables = [(f"variable {v['name']}", v["query"]) for v in board["templating"]["list"] if v["type"] == "query"]
    annotations = [(f"annotation {a['name']}", a["target"]) for a in board["annotations"]["list"] if "target" in a]
    return [*panels, *variables, *annotations]


def urls_of(board: Json) -> list[tuple[str, str, str]]:
    """Every link from a cell: the panel's query, the column, the URL."""
    return [
        (panel["targets"][0]["refId"], override["matcher"]["options"], link["url"])
        for panel in board["panels"]
        for override in panel["fieldConfig"]["overrides"]
        for prop in override["properties"]
        if prop["id"] == "links"
        for link in prop["value"]
    ]


def tile_urls_of(board: Json) -> list[tuple[str, str, str]]:
    """Every link from a number: the panel's query, `value`, the URL."""
    return [
        (panel["targets"][0]["refId"], "value", link["url"])
        for panel in board["panels"]
        for link in panel["fieldConfig"]["defaults"].get("links", ())
    ]


def _frame(board: Json) -> Iterator[str]:
    """The classic format in its current version, kept by its generator alone."""
    if board["schemaVersion"] != SCHEMA_VERSION:
        yield f"schemaVersion is not {SCHEMA_VERSION}"
    if board["editable"] or board["id"] is not None:
        yield "a generated board is not editable and has no numeric id"
    if not re.fullmatch(r"[a-z0-9-]{1,40}", board["uid"]):
        yield "uid is not 1 to 40 of a-z, 0-9 and -"
    if not board["title"] or not board["description"]:
        yield "a board has a title and a description"


def _panels(board: Json) -> Iterator[str]:
    """Every panel can be read without its author."""
    numbers = [panel["id"] for panel in board["panels"]]
    if len(numbers) != len(set(numbers)):
        yield "two panels have one id"
    for panel in board["panels"]:
        name = panel["title"] or f"panel {panel['id']}"
        if not panel["title"] or panel["description"].count("**") < 4:  # noqa: PLR2004 - two bold headings
            yield f"{name}: a title, how to read it and what it does not prove are needed"
        if panel["datasource"] != DATASOURCE:
            yield f"{name}: the data source is not the board's variable"
        if not panel["targets"] and panel["type"] != "text":
            yield f"{name}: there is no query"
        if _width_of(panel["title"]) > _LETTERS * panel["gridPos"]["w"]:
            yield f"{name}: the title is cut off, for it is wider than its panel"


def _headings(board: Json) -> Iterator[str]:
    """A description calls a column as its heading does."""
    for panel in board["panels"]:
        for override in panel["fieldConfig"]["overrides"]:
            column = override["matcher"]["options"]
            for heading in (prop["value"] for prop in override["properties"] if prop["id"] == "displayName"):
                if heading != column and re.search(rf"(?<![\w.]){column}(?![\w.])", panel["description"], re.ASCII):
                    yield f"{panel['title']}: the description says {column} where the heading says {heading}"


def _units(board: Json) -> Iterator[str]:
    """Every number has a unit of ours, and no text has one."""
    for panel in board["panels"]:
        for unit in _units_of(panel):
            if unit not in _UNITS:
                yield f"{panel['title']}: {unit} is no unit of this project's list"
        is_given = "unit" in panel["fieldConfig"]["defaults"]
        if panel["type"] == "table" and is_given:
            yield f"{panel['title']}: a unit for all columns makes numbers of ids and versions"
        if panel["type"] in ("stat", "timeseries") and not is_given:
            yield f"{panel['title']}: there is no unit"


def _articles(board: Json) -> Iterator[str]:
    """Every number says for which article it is there."""
    for panel in board["panels"]:
        if panel["type"] != "text" and not _ARTICLE.search(panel["description"]):
            yield f"{panel['title']}: no article is named"


def _ids(board: Json) -> Iterator[str]:
    """Every request, content, case and event that a table shows leads on."""
    linked = {(panel, column) for panel, column, _ in urls_of(board)}
    for panel in board["panels"]:
        if panel["type"] == "table":
            (query,) = panel["targets"]
            for column in columns_of(query["rawSql"]):
                if column in _TRACED and (query["refId"], column) not in linked:
                    yield f"{panel['title']}: {column} leads nowhere"


def _grid(board: Json) -> Iterator[str]:
    """Nothing overlaps, nothing sticks out."""
    taken = set[tuple[int, int]]()
    for panel in board["panels"]:
        at = panel["gridPos"]
        if at["x"] + at["w"] > _COLUMNS:
            yield f"{panel['title']}: wider than the grid of {_COLUMNS}"
        cells = {(x, y) for x in range(at["x"], at["x"] + at["w"]) for y in range(at["y"], at["y"] + at["h"])}
        if cells & taken:
            yield f"{panel['title']}: lies over another panel"
        taken |= cells


def _queries(board: Json) -> Iterator[str]:
    """The plugin needs all five fields, and SQL that a read-only user may run and that cannot lie."""
    for name, query in queries_of(board):
        if query.get("editorType") != "sql" or query.get("pluginVersion") != PLUGIN_VERSION:
            yield f"{name}: editorType sql and pluginVersion {PLUGIN_VERSION} are needed"
        if FORMATS.get(query.get("queryType", "")) != query.get("format"):
            yield f"{name}: format and queryType disagree"
        for problem in _sql(query.get("rawSql", "")):
            yield f"{name}: {problem}"
        if query.get("format") != FORMATS["table"] and "LIMIT" not in query["rawSql"]:
            yield f"{name}: rows without LIMIT"
    for panel in board["panels"]:
        sql = panel["targets"][0]["rawSql"] if panel["targets"] else ""
        if panel["type"] == "table" and not re.search(r"LIMIT \d+$", sql):
            yield f"{panel['title']}: a table without LIMIT"
        if panel["type"] == "timeseries" and not re.search(r"^ORDER BY time\b.*\nLIMIT -\d+$", sql, re.MULTILINE):
            yield f"{panel['title']}: without ORDER BY time and a negative LIMIT a chart loses its newest points"


def _cuts(board: Json) -> Iterator[str]:
    """What a limit may cut says so: a reader must not take five hundred rows for all."""
    for panel in board["panels"]:
        sql = panel["targets"][0]["rawSql"] if panel["type"] in ("table", "traces") else ""
        for limit in re.findall(r"LIMIT (\d+)$", sql):
            told = f"{int(limit):,}"
            if not re.search(rf"(?<![\d,]){told}(?!,?\d)", panel["description"]):
                yield f"{panel['title']}: its limit of {told} rows is not told"


def _sql(sql: str) -> Iterator[str]:
    if not sql.strip():
        yield "no SQL"
    if re.search(r"\bSELECT\s+\*", sql):
        yield "SELECT * : name the columns"
    if re.search(r"\bSETTINGS\b", sql):
        yield "SETTINGS: a read-only user may not change any"
    if any(column == alias for column, alias in _SHADOWED.findall(sql)):
        yield "a bucket has the name of its column: the time filter would then compare buckets"
    if re.search(r"\$__dateFilter\((?!\s*toDate\()", sql):
        yield "$__dateFilter on something that is not toDate(…) loses the last day"
    if re.search(r"\$__adHocFilters\('[^'.]*'\)", sql):
        yield "$__adHocFilters without the database's name filters nothing"
    bare = _VARIABLE.findall(_CONDITION.sub(")", _ENCODED.sub("", sql)))
    if bare:
        yield "a variable is pasted as SQL: use decodeURLComponent('${name:percentencode}')"


def _variables(board: Json) -> Iterator[str]:
    """Every variable that is used is defined, and the other way round."""
    variables = {variable["name"]: variable for variable in board["templating"]["list"]}
    first = variables.get("datasource", {})
    if first.get("type") != "datasource" or first.get("query") != PLUGIN_ID:
        yield "there is no variable `datasource` of the plugin's type"
    elif first["current"].get("value") != DATASOURCE_UID:
        yield "the board opens on whichever store comes first, not on TraceMark's"
    used = {a or b for _, query in queries_of(board) for a, b in _VARIABLE.findall(query["rawSql"])}
    for name in sorted(used - variables.keys()):
        yield f"${name} is used but not defined"
    for name in sorted(variables.keys() - used - _BUILT_IN):
        yield f"${name} is defined but not used"
    for name, variable in variables.items():
        if not variable.get("label"):
            yield f"${name} has no label"
        if variable["type"] == "query" and variable.get("refresh") != 2:  # noqa: PLR2004 - on a change of the time range
            yield f"${name} does not follow the time range (refresh 2)"


def _freshness(board: Json) -> Iterator[str]:
    """Zero is not green: a stat that is green at zero stands in a row with the age of what it counts."""
    ages = {panel["gridPos"]["y"] for panel in board["panels"] if _is_age(panel)}
    for panel in board["panels"]:
        if not _is_green_at_zero(panel) or _is_age(panel):
            continue
        if panel["gridPos"]["y"] not in ages:
            yield f"{panel['title']}: green at zero, but no age of the newest data in its row"
        if "NULL" not in panel["targets"][0]["rawSql"]:
            yield f"{panel['title']}: green at zero, and never NULL when there is nothing to count"


def _across(boards: Sequence[Json]) -> Iterator[str]:
    uids = [board["uid"] for board in boards]
    titles = [board["title"] for board in boards]
    if len(uids) != len(set(uids)) or len(titles) != len(set(titles)):
        yield "two boards have one uid or one title"
    variables = {board["uid"]: {v["name"] for v in board["templating"]["list"]} for board in boards}
    choices = {
        board["uid"]: {v["name"] for v in board["templating"]["list"] if v["type"] == "query"} for board in boards
    }
    for board in boards:
        for panel, column, url in [*urls_of(board), *tile_urls_of(board)]:
            uid = urlsplit(url).path.split("/")[2]
            missing = sorted(_linked_variables(url) - variables.get(uid, set()))
            if uid not in variables or missing:
                yield f"{board['uid']}: {panel}.{column} leads to {uid}, which is missing or lacks {missing}"
            shared = choices.get(uid, set()) & choices[board["uid"]]
            if dropped := sorted(shared - _linked_variables(url)):
                yield f"{board['uid']}: {panel}.{column} leads to {uid} and drops the choice of {dropped}"
            if "${__url_time_range}" not in url and not _looks_around(board, panel, url):
                yield f"{board['uid']}: {panel}.{column} leads to {uid} and drops the time range"


def _looks_around(board: Json, panel: str, url: str) -> bool:
    """Whether a link takes its time from an instant that the row it stands in has."""
    columns = {
        name for query, found in queries_of(board) if query == f"panel {panel}" for name in columns_of(found["rawSql"])
    }
    return any(column in columns for column in _AROUND.findall(url))


def _linked_variables(url: str) -> set[str]:
    named = {name.removeprefix("var-") for name, _ in parse_qsl(urlsplit(url).query) if name.startswith("var-")}
    return named | set(_KEPT.findall(url))


def _width_of(title: str) -> int:
    """In letters; an ideograph is as wide as two."""
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in title)


def _units_of(panel: Json) -> Iterable[str]:
    overrides = [prop for override in panel["fieldConfig"]["overrides"] for prop in override["properties"]]
    units = [prop["value"] for prop in overrides if prop["id"] == "unit"]
    default = panel["fieldConfig"]["defaults"].get("unit")
    return [*units, default] if default else units


def _is_green_at_zero(panel: Json) -> bool:
    steps = panel["fieldConfig"]["defaults"].get("thresholds", {}).get("steps", [])
    return panel["type"] == "stat" and bool(steps) and steps[0]["color"] == GREEN


def _is_age(panel: Json) -> bool:
    return bool(panel["type"] == "stat" and panel["fieldConfig"]["defaults"]["unit"] == "s")


_RULES: tuple[Rule, ...] = (
    _frame,
    _panels,
    _headings,
    _units,
    _articles,
    _ids,
    _grid,
    _queries,
    _cuts,
    _variables,
    _freshness,
)

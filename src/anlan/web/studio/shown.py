"""A twin as its page shows it: tables with where each number comes from, its card, its doubts, its age."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.safestring import SafeString

from anlan.formats import wording
from anlan.loop.improve.twin.differences import ways_of
from anlan.studies.methods.one_line import line_of
from anlan.web.common.texts import has_text, language, of, text
from anlan.web.studio.maps import ends_of, minutes_said, twin_drawing
from anlan.web.studio.models import Twin

OLD_DAYS = 180
"""From this age of its data on a twin is said to be old."""
_MARKS = {"pass": "check", "doubt": "alert", "fail": "close"}
MOST_LINE = 90


@dataclass(frozen=True)
class Table:
    """A table of the twin: title, headings, rows of cells; numeric: which columns are numbers."""

    code: str
    title: str
    heads: list[str]
    rows: list[list[str]]
    numeric: tuple[int, ...] = ()

    @property
    def cells(self) -> list[list[tuple[str, str, bool]]]:
        """Each cell with its heading and whether it is a number."""
        return [
            [
                (head, cell, n in self.numeric)
                for n, (head, cell) in enumerate(zip(self.heads, row, strict=True))
            ]
            for row in self.rows
        ]


@dataclass(frozen=True)
class Check:
    """A line of the report card."""

    verdict: str
    icon: str
    title: str
    log: str
    twin: str
    distance: str
    passes_at: str
    rule: str


@dataclass(frozen=True)
class Trust:
    """Whether the twin deserves trust. verdict: pass, doubt, fail; none where nothing was held against it."""

    verdict: str
    said: str
    checks: list[Check]
    cases: int
    replications: int
    missing: list[str]

    @property
    def n_passed(self) -> int:
        return sum(1 for check in self.checks if check.verdict == "pass")

    @property
    def worst(self) -> list[Check]:
        """What to read first: failed ones, then doubtful ones, then the others."""
        order = {"fail": 0, "doubt": 1, "pass": 2}
        return sorted(self.checks, key=lambda check: order[check.verdict])


@dataclass(frozen=True)
class TwinShown:
    """Everything of a twin's page."""

    picture: SafeString
    tables: list[Table]
    trust: Trust
    facts: list[tuple[str, str]]
    assumptions: list[str]
    doubts: list[str]


def twin_shown(twin: Twin) -> TwinShown:
    return TwinShown(
        twin_drawing(twin.inputs), tables_of(twin), trust_of(twin.card), facts_of(twin),
        [of(note["text"]) for note in twin.told.get("assumptions", ())],
        [of(note["text"]) for note in twin.told.get("doubts", ())],
    )  # fmt: skip


def trust_of(card: Mapping[str, Any]) -> Trust:
    """The report card in words."""
    if not card:
        return Trust("none", text("studio.trust.none"), [], 0, 0, [])
    verdict = str(card["verdict"])
    said = text(f"studio.trust.{verdict}", cases=card["cases"], replications=card["replications"])
    missing = [
        text(f"studio.trust.{name}", names=text("common.comma").join(card[name]))
        for name in ("not_in_twin", "not_in_log")
        if card[name]
    ]
    return Trust(
        verdict, said, [_check(each) for each in card["checks"]], card["cases"], card["replications"], missing
    )


def _check(check: Mapping[str, Any]) -> Check:
    lang, code = language(), check["code"]
    is_time = code in ("duration", "wait", "work")

    def value(number: float | None) -> str:
        if number is None:
            return "—"
        return wording.duration(number, lang) if is_time else wording.number(number, lang)

    title = text(f"studio.checks.{code}")
    if check["activity"]:
        title = text("studio.checks.at", check=title, activity=check["activity"])
    return Check(
        check["verdict"], _MARKS[check["verdict"]], title, value(check["log"]), value(check["twin"]),
        wording.percent(check["distance"], lang), wording.percent(check["passes_at"], lang),
        of(check["rule"]),
    )  # fmt: skip


def data_until(twin: Twin) -> datetime | None:
    """Until when the data go that the twin rests on; else when it was made."""
    return twin.log.last_at if twin.log is not None and twin.log.last_at else twin.created_at


def age_days(twin: Twin) -> int:
    until = data_until(twin)
    return max(0, (timezone.now() - until).days) if until else 0


def facts_of(twin: Twin) -> list[tuple[str, str]]:
    """Where it is from, in pairs."""
    source = twin.told.get("source") or {}
    lang, rows = language(), [(text("studio.facts.source"), text(f"studio.sources.{twin.source}"))]
    if twin.based_on is not None:
        rows.append((text("studio.facts.based_on"), twin.based_on.code))
    if twin.log is not None:
        rows.append((text("studio.facts.log"), str(twin.log)))
    if twin.file:
        rows.append((text("studio.facts.file"), twin.file))
    if source:
        rows.append((text("studio.facts.cases"), wording.count(source["cases"], lang)))
        rows.append((text("studio.facts.executions"), wording.count(source["executions"], lang)))
        rows.append((text("studio.facts.held_back"), wording.percent(source["held_back"], lang)))
    inputs = twin.inputs
    rows.append((text("studio.facts.arrivals"), _arrivals(inputs["arrivals"])))
    if inputs.get("promise"):
        rows.append((text("studio.facts.promise"), minutes_said(float(inputs["promise"]))))
    weeks, warm_up = float(inputs.get("weeks") or 4), float(inputs.get("warm_up_weeks") or 0)
    rows.append((text("studio.facts.weeks"), text("studio.facts.weeks_said", weeks=weeks, warm_up=warm_up)))
    return rows


def _arrivals(rates: Sequence[float]) -> str:
    a_week = sum(rates) * 168 / len(rates)
    return text("studio.facts.arrivals_said", n=a_week, peak=max(rates))


def tables_of(twin: Twin) -> list[Table]:
    """Steps, ways, pools, shifts, classes, risks, those that are there."""
    inputs = twin.inputs
    made = [_steps(twin), _ways(twin), _pools(twin), _shifts(inputs), _classes(inputs), _risks(twin)]
    return [table for table in made if table.rows]


def _heads(code: str, *names: str) -> list[str]:
    return [text(f"studio.heads.{name}") for name in names]


def _table(code: str, names: Sequence[str], rows: list[list[str]], numeric: tuple[int, ...] = ()) -> Table:
    return Table(code, text(f"studio.tables.{code}"), _heads(code, *names), rows, numeric)


def _source(twin: Twin, table: str, name: str, count: int | None = None) -> str:
    """Where a row's numbers come from: who changed it last, else how the twin it goes back to was made."""
    if name in twin.told.get("edited", {}).get(table, ()):
        return text("studio.from_edit")
    origin = twin.told.get("origin", twin.source)
    if origin == "log" and count is not None:
        return text("studio.from_log", n=count)
    return text("studio.computed") if origin == "log" else text(f"studio.from_{origin}")


def _steps(twin: Twin) -> Table:
    told = {row["name"]: row for row in twin.told.get("steps", ())}
    rows = []
    for row in twin.inputs["steps"]:
        name, known = str(row["name"]), told.get(row["name"])
        kind = str(row.get("kind") or "task")
        is_of = text(f"studio.time_is.{known['time_is']}") if known else text(f"studio.kinds.{kind}")
        rows.append([
            name, is_of, estimate_said(row.get("time")), str(row.get("pool") or "—"),
            _minutes(row.get("promise")),
            _number(row.get("cost")), _source(twin, "steps", name, known["count"] if known else None),
        ])  # fmt: skip
    return _table("steps", ("name", "kind", "time", "pool", "promise", "cost", "source"), rows, (5,))


def _ways(twin: Twin) -> Table:
    lang = language()
    told = {(row["from"], row["to"]): row for row in twin.told.get("routes", ())}
    rows = []
    for name, way in ways_of(twin.inputs).items():
        source, target = ends_of(name)
        known = told.get((source, target or None))
        within = "—"
        if known:
            share = known["share"]
            within = text("studio.interval", low=wording.percent(share["low"], lang),
                          high=wording.percent(share["high"], lang))  # fmt: skip
        rows.append([source, target or text("studio.map.end"), wording.percent(way["share"], lang), within,
                     _source(twin, "ways", name, known["count"] if known else None)])  # fmt: skip
    return _table("ways", ("from", "to", "share", "interval", "source"), rows, (2, 3))


def _pools(twin: Twin) -> Table:
    lang, rows = language(), []
    told = {row["name"]: row for row in twin.told.get("pools", ())}
    for row in twin.inputs.get("pools") or ():
        known = told.get(row["name"])
        rows.append([
            str(row["name"]), wording.count(row.get("people") or 1, lang), _number(row.get("cost_per_hour")),
            _number(row.get("speed") or 1.0), wording.percent(known["load"], lang) if known else "—",
            _source(twin, "pools", str(row["name"]), known["executions"] if known else None),
        ])  # fmt: skip
    return _table("pools", ("name", "people", "cost_per_hour", "speed", "load", "source"), rows, (1, 2, 3, 4))


def _shifts(inputs: Mapping[str, Any]) -> Table:
    rows = [[str(row["pool"]), days_said(row), hours_said(row), wording.count(row["people"], language())]
            for row in inputs.get("shifts") or ()]  # fmt: skip
    return _table("shifts", ("pool", "days", "hours", "people"), rows, (3,))


def days_said(row: Mapping[str, Any]) -> str:
    first, last = (
        text(f"studio.days.{int(row.get(name) or usual)}")
        for name, usual in (("first_day", 1), ("last_day", 7))
    )
    return first if first == last else text("studio.range", low=first, high=last)


def hours_said(row: Mapping[str, Any]) -> str:
    return text("studio.range", low=_clock(row["from_hour"]), high=_clock(row["to_hour"]))


def _clock(hour: float) -> str:
    minutes = round(float(hour) * 60)
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


def _classes(inputs: Mapping[str, Any]) -> Table:
    lang = language()
    rows = [[str(row["name"]), wording.percent(row["share"], lang), str(row.get("level") or 0)]
            for row in inputs.get("classes") or ()]  # fmt: skip
    return _table("classes", ("name", "share", "level"), rows, (1, 2))


def _risks(twin: Twin) -> Table:
    lang, rows = language(), []
    for row in twin.inputs.get("risks") or ():
        often = wording.percent(row["chance"], lang) if row.get("chance") is not None else "—"
        if row.get("per_week") is not None:
            often = text("studio.per_week", n=row["per_week"])
        effect = text(f"studio.effects.{row.get('effect') or 'none'}")
        to = str(row.get("leads_to") or row.get("found_at") or "—")
        at = str(row.get("step") or row.get("pool") or "—")
        delay, cost = estimate_said(row.get("delay")), _number(row.get("cost"))
        rows.append([str(row["name"]), at, often, effect, to, delay, cost,
                     _source(twin, "risks", str(row["name"]))])  # fmt: skip
    heads = ("name", "at", "often", "effect", "leads_to", "delay", "cost", "source")
    return _table("risks", heads, rows, (2, 6))


def estimate_said(value: Any) -> str:
    """A time on one line; a long list of values is cut."""
    if value in (None, ""):
        return "—"
    if isinstance(value, Mapping) and value.get("kind") == "quantiles":
        values = [float(each) for each in value["values"]]
        middle = values[len(values) // 2]
        return text("studio.quantiles", n=len(values), middle=middle, most=max(values))
    if isinstance(value, int | float):
        return minutes_said(float(value))
    return line_of(value, language=language())[:MOST_LINE]


def _minutes(value: Any) -> str:
    return minutes_said(float(value)) if value else "—"


def _number(value: Any) -> str:
    return wording.number(float(value), language()) if value else "—"


def field_word(name: str) -> str:
    """What an answer of the inputs is called."""
    key = f"studio.fields.{name}"
    return text(key) if has_text(key) else name

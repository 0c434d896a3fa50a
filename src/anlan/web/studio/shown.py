"""A twin as its page shows it: tables with where each number comes from, its card, its doubts, its age."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.safestring import SafeString

from anlan.formats import wording
from anlan.loop.improve.twin.differences import ways_of
from anlan.web.common.texts import language, of, text
from anlan.web.studio.answers_said import (
    arrivals_said,
    complaints_said,
    estimate_said,
    field_word,
    people_said,
    rest_said,
    row_named,
    value_said,
)
from anlan.web.studio.maps import ends_of, minutes_said, twin_drawing
from anlan.web.studio.models import Twin
from anlan.web.studio.names_said import name_said, names_said

_OF_STEPS = ("name", "kind", "time", "pool", "promise", "cost")
_OF_POOLS = ("name", "people", "cost_per_hour", "speed")
_OF_APPOINTMENTS = ("first_day", "last_day", "from_hour", "to_hour", "cases")
_OF_RISKS = ("name", "step", "pool", "chance", "per_week", "effect", "leads_to", "found_at", "delay", "cost")
"""Answers of a row that have a column of their own."""
OLD_DAYS = 180
"""From this age of its data on a twin is said to be old."""
_MARKS = {"pass": "check", "doubt": "alert", "fail": "close"}


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
        title = text("studio.checks.at", check=title, activity=name_said(check["activity"]))
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
    rows.append((text("studio.facts.arrivals"), arrivals_said(inputs["arrivals"])))
    if inputs.get("promise"):
        rows.append((text("studio.facts.promise"), minutes_said(float(inputs["promise"]))))
    rows += _further(inputs)
    weeks, warm_up = float(inputs.get("weeks") or 4), float(inputs.get("warm_up_weeks") or 0)
    rows.append((text("studio.facts.weeks"), text("studio.facts.weeks_said", weeks=weeks, warm_up=warm_up)))
    return rows


def _further(inputs: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Answers about the whole that were given and are not usual."""
    rows = [
        (field_word(name), value_said(name, inputs[name]))
        for name, usual in _WHOLE.items()
        if inputs.get(name) not in (None, usual)
    ]
    times = inputs.get("arrival_times")
    if times:
        rows.append((field_word("arrival_times"), text("studio.facts.n_times", n=len(times))))
    if inputs.get("complaints"):
        rows.append((field_word("complaints"), complaints_said(inputs["complaints"])))
    return rows


_WHOLE = {"together": 1, "day_variation": 0.0, "cool_down_weeks": None, "replications": None, "orders": 0}
"""Answers about the whole, and what they are when nobody gives them."""


def tables_of(twin: Twin) -> list[Table]:
    """Every table of the inputs, those that are there: nothing in a twin stays unseen."""
    inputs = twin.inputs
    made = [
        _steps(twin), _ways(twin), _pools(twin), _skills(inputs), _shifts(inputs), _appointments(inputs),
        _classes(inputs), _risks(twin),
    ]  # fmt: skip
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
            name_said(name), is_of, estimate_said(row.get("time")), names_said(str(row.get("pool") or "—")),
            _minutes(row.get("promise")), _number(row.get("cost")), rest_said("steps", row, _OF_STEPS),
            _source(twin, "steps", name, known["count"] if known else None),
        ])  # fmt: skip
    return _table("steps", ("name", "kind", "time", "pool", "promise", "cost", "rest", "source"), rows, (5,))


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
        rows.append([name_said(source), name_said(target) if target else text("studio.map.end"),
                     wording.percent(way["share"], lang), within,
                     _source(twin, "ways", name, known["count"] if known else None)])  # fmt: skip
    return _table("ways", ("from", "to", "share", "interval", "source"), rows, (2, 3))


def _pools(twin: Twin) -> Table:
    lang, rows = language(), []
    told = {row["name"]: row for row in twin.told.get("pools", ())}
    for row in twin.inputs.get("pools") or ():
        known = told.get(row["name"])
        rows.append([
            row_named(row), people_said(row.get("people") or 1), _number(row.get("cost_per_hour")),
            _number(row.get("speed") or 1.0), rest_said("pools", row, _OF_POOLS),
            wording.percent(known["load"], lang) if known else "—",
            _source(twin, "pools", str(row["name"]), known["executions"] if known else None),
        ])  # fmt: skip
    return _table("pools", ("name", "people", "cost_per_hour", "speed", "rest", "load", "source"), rows,
                  (1, 2, 3, 5))  # fmt: skip


def _skills(inputs: Mapping[str, Any]) -> Table:
    """How fast a team is at a step, 1 as others are; 0: it does not do it."""
    lang = language()
    rows = [[name_said(str(row["pool"])), name_said(str(row["step"])), wording.number(row["speed"], lang)]
            for row in inputs.get("skills") or ()]  # fmt: skip
    return _table("skills", ("pool", "step", "speed"), rows, (2,))


def _appointments(inputs: Mapping[str, Any]) -> Table:
    rows = [
        [days_said(row), hours_said(row), wording.count(row.get("cases") or 1, language()),
         rest_said("appointments", row, _OF_APPOINTMENTS)]
        for row in inputs.get("appointments") or ()
    ]  # fmt: skip
    return _table("appointments", ("days", "hours", "cases", "rest"), rows, (2,))


def _shifts(inputs: Mapping[str, Any]) -> Table:
    rows = [[name_said(str(row["pool"])), days_said(row), hours_said(row), people_said(row["people"])]
            for row in inputs.get("shifts") or ()]  # fmt: skip
    return _table("shifts", ("pool", "days", "hours", "people"), rows, (3,))


def days_said(row: Mapping[str, Any]) -> str:
    first, last = (
        text(f"studio.days.{int(row.get(name) or usual)}")
        for name, usual in (("first_day", 1), ("last_day", 7))
    )
    return first if first == last else text("studio.range", low=first, high=last)


def hours_said(row: Mapping[str, Any]) -> str:
    if row.get("to_hour") in (None, ""):
        return _clock(row["from_hour"])
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
        to = names_said(str(row.get("leads_to") or row.get("found_at") or "—"))
        at = names_said(str(row.get("step") or row.get("pool") or "—"))
        delay, cost = estimate_said(row.get("delay")), _number(row.get("cost"))
        rows.append([row_named(row), at, often, effect, to, delay, cost, rest_said("risks", row, _OF_RISKS),
                     _source(twin, "risks", str(row["name"]))])  # fmt: skip
    heads = ("name", "at", "often", "effect", "leads_to", "delay", "cost", "rest", "source")
    return _table("risks", heads, rows, (2, 6))


def _minutes(value: Any) -> str:
    return minutes_said(float(value)) if value else "—"


def _number(value: Any) -> str:
    return wording.number(float(value), language()) if value else "—"

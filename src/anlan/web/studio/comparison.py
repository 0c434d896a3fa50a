"""A comparison as its page shows it: figures by designs on one scale, what to conclude, times of cases."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from django.utils.safestring import SafeString, mark_safe

from anlan.formats import wording
from anlan.formats.report.drawing import SMALL, Axis, frame, label, line, polyline, ticks
from anlan.formats.report.markup import Markup, el
from anlan.formats.report.tokens import Palette
from anlan.web.common.texts import language, text, word
from anlan.web.studio.told import ChangeSaid, changes_said, cost_said

FIGURES = ("cycle", "waiting", "late", "lost", "complaints", "cost", "yearly_cost", "yearly_loss")
_SHARES = ("late", "lost", "complaints")
LOSS = "yearly_loss"
_DASH = "—"
_PAPER = Palette("page")
_NOTHING = 1e-9
_WIDTH, _HEIGHT, _EDGE = 120.0, 22.0, 8.0


@dataclass(frozen=True)
class Cell:
    """A design's difference in one figure."""

    value: str
    within: str
    verdict: str
    said: str
    whisker: SafeString


@dataclass(frozen=True)
class Row:
    """A figure: its name with unit, as it is with its interval, and each design."""

    code: str
    name: str
    unit: str
    as_is: str
    within: str
    cells: list[Cell]


@dataclass(frozen=True)
class Column:
    """A design. letter: A, B, ...; counts: how many figures by verdict; best: may be the best one."""

    letter: str
    code: str
    name: str
    cost: str
    changes: list[ChangeSaid]
    counts: Mapping[str, int]
    may_be_best: bool
    chosen: bool
    payback: str
    gain: str


@dataclass(frozen=True)
class Set:
    """A set of designs that fits the budget."""

    members: str
    spend: str
    saved: str
    within: str
    verdict: str
    said: str
    optimism: str
    chosen: bool
    names: list[str]


@dataclass(frozen=True)
class Lies:
    """How the times of cases lie."""

    picture: SafeString
    rows: list[tuple[str, str, str, str]]


@dataclass(frozen=True)
class ComparisonShown:
    columns: list[Column]
    rows: list[Row]
    conclusions: list[str]
    lies: Lies
    sets: list[Set]
    budget: str
    by: str
    replications: str
    precise: bool
    chosen: str


_NO_CELL = Cell(_DASH, "", "none", "", SafeString(""))
"""Of a figure that cannot be told."""


def comparison_shown(result: Mapping[str, Any], designs: Sequence[Mapping[str, Any]]) -> ComparisonShown:
    """designs: as they are kept with the comparison: code and name."""
    found = result["found"]
    codes = {each["name"]: each["code"] for each in designs}
    serving = [each for each in found["designs"] if not each["serves_fewer"]]
    best = min(serving, key=lambda each: each["rank"], default=found["as_is"])
    chosen = best["name"] if best["rank"] < found["as_is"]["rank"] else ""
    rows = [row for name in FIGURES if (row := _row(name, found)) is not None]
    columns = [_column(n, each, codes, rows, chosen) for n, each in enumerate(found["designs"])]
    search = found.get("search")
    lang = language()
    return ComparisonShown(
        columns, rows, _conclusions(found, columns, chosen), _lies(result["times"], columns, chosen),
        _sets(search, found["by"]) if search else [],
        wording.number(search["budget"], lang) if search else "",
        word(f"designs.figures.{found['by']}") or "",
        text("studio.compare.replications", n=found["replications"], seed=found["seed"]),
        bool(found["precision"]["held"]), codes.get(chosen, ""),
    )  # fmt: skip


def letter_of(number: int) -> str:
    return chr(ord("A") + number)


def _row(name: str, found: Mapping[str, Any]) -> Row | None:
    """None where the figure says nothing: it is 0 as it is and in every design."""
    as_is = found["as_is"]["figures"].get(name)
    differences = [each["differences"].get(name) for each in found["designs"]]
    known = [each for each in differences if each is not None]
    if all(v == 0.0 for of in (as_is, *known) if of for v in (of["estimate"], of["low"], of["high"])):
        if name != LOSS:
            return None
        return _says_nothing(name, found, "no_year" if found.get("no_year") else "nothing_costs")
    low = min(0.0, *(each["low"] for each in known), 0.0)
    high = max(0.0, *(each["high"] for each in known), 0.0)
    cells = [_cell(name, each, low, high) if each else _NO_CELL for each in differences]
    value, within = _as_it_is(name, as_is)
    return Row(name, word(f"designs.figures.{name}") or name, text(f"studio.units.{name}"), value, within,
               cells)  # fmt: skip


def _as_it_is(name: str, of: Mapping[str, Any] | None) -> tuple[str, str]:
    if of is None:
        return _DASH, ""
    return _number(name, of["estimate"]), "±" + _number(name, (of["high"] - of["low"]) / 2)


def _says_nothing(name: str, found: Mapping[str, Any], why: str) -> Row:
    """The row of the loss where no risk and no complaint has a cost, or a few hours count: it says so."""
    return Row(name, word(f"designs.figures.{name}") or name, text(f"studio.units.{name}"), _DASH,
               text(f"studio.compare.{why}"), [_NO_CELL] * len(found["designs"]))  # fmt: skip


def _cell(name: str, found: Mapping[str, Any], low: float, high: float) -> Cell:
    said = text(f"studio.compare.verdicts.{found['verdict']}")
    within = _between(name, found)
    value = _signed(name, found["estimate"])
    spoken = text("studio.compare.cell", value=value, within=within, said=said)
    return Cell(value, within, found["verdict"], said, _whisker(found, low, high, spoken))


def _between(name: str, of: Mapping[str, Any]) -> str:
    return text("studio.compare.between", low=_number(name, of["low"]), high=_number(name, of["high"]))


def _whisker(found: Mapping[str, Any], low: float, high: float, spoken: str) -> SafeString:
    """A dot and its interval on the scale of the row, with a line at no difference."""
    axis = Axis(low, high, _EDGE, _WIDTH - _EDGE) if high > low else Axis(-1.0, 1.0, _EDGE, _WIDTH - _EDGE)
    middle, zero = _HEIGHT / 2, axis(0.0)
    colour = {"better": "accent", "worse": "red"}.get(found["verdict"], "ink3")
    shown = found["verdict"] in ("better", "worse")
    parts = [
        line(zero, 2, zero, _HEIGHT - 2, stroke=_PAPER["line2"]),
        line(axis(found["low"]), middle, axis(found["high"]), middle, stroke=_PAPER[colour], stroke_width=2),
        *(line(axis(found[end]), middle - 4, axis(found[end]), middle + 4, stroke=_PAPER[colour],
               stroke_width=1.6) for end in ("low", "high")),
        el("circle", cx=axis(found["estimate"]), cy=middle, r=4.5, stroke=_PAPER[colour], stroke_width=1.8,
           fill=_PAPER[colour] if shown else _PAPER["surface"]),
    ]  # fmt: skip
    title = text("studio.compare.whisker")
    return mark_safe(frame(_WIDTH, _HEIGHT, *parts, title=title, text=spoken, theme="page"))


def _number(name: str, value: float) -> str:
    """In the unit of the row: shares in per cent."""
    return wording.number(_rounded(100 * value if name in _SHARES else value), language()).replace("-", "−")


def _rounded(value: float) -> float:
    """Three digits are more than such an interval holds; what arithmetic leaves of a difference is none."""
    return float(f"{value:.3g}") if abs(value) >= _NOTHING else 0.0


def _signed(name: str, value: float) -> str:
    shown = _number(name, value)
    return f"+{shown}" if value >= _NOTHING else shown


def _column(
    number: int, found: Mapping[str, Any], codes: Mapping[str, str], rows: Sequence[Row], chosen: str
) -> Column:
    verdicts = [row.cells[number].verdict for row in rows]
    gain = found["yearly_gain"]
    return Column(
        letter_of(number), codes.get(found["name"], ""), found["name"], cost_said(found["cost"]),
        changes_said(found["changes"]),
        {each: verdicts.count(each) for each in ("better", "worse", "small", "unclear")},
        bool(found["may_be_best"]), found["name"] == chosen,
        wording.number(_rounded(found["payback_years"]), language()) if found["payback_years"] else "",
        _gain_said(gain) if gain else "",
    )  # fmt: skip


def _gain_said(gain: Mapping[str, Any]) -> str:
    """What a year saves, or costs more."""
    if gain["estimate"] >= 0:
        low, high = (_number("cost", gain[name]) for name in ("low", "high"))
        return text("studio.compare.gain", n=_number("cost", gain["estimate"]), low=low, high=high)
    low, high = (_number("cost", -gain[name]) for name in ("high", "low"))
    return text("studio.compare.dearer", n=_number("cost", -gain["estimate"]), low=low, high=high)


def _conclusions(found: Mapping[str, Any], columns: Sequence[Column], chosen: str) -> list[str]:
    """Sentences: the best one, what it does, what it costs, and which others may be as good."""
    best = next((each for each in columns if each.name == chosen), None)
    fewer = [each["name"] for each in found["designs"] if each["serves_fewer"]]
    left_out = [text("studio.compare.serves_fewer", names=text("common.comma").join(fewer))] if fewer else []
    left_out += _unserved(found)
    if found.get("no_year"):
        left_out.append(found["no_year"]["text"][language()])
    if best is None:
        by = word(f"designs.figures.{found['by']}") or found["by"]
        return [text("studio.compare.none_better", by=by), *left_out]
    counted = [text(f"studio.compare.counted.{verdict}", n=n) for verdict, n in best.counts.items() if n]
    counts = text("common.comma").join(counted)
    said = [text("studio.compare.best", letter=best.letter, name=best.name, counts=counts)]
    if best.cost:
        said.append(text("studio.compare.costs", cost=best.cost))
    if best.gain:
        said.append(best.gain)
    if best.payback:
        said.append(text("studio.compare.payback", years=best.payback))
    rivals = [
        each.letter for each in columns
        if each.may_be_best and each.name != chosen and each.name not in fewer
    ]  # fmt: skip
    if rivals:
        said.append(text("studio.compare.rivals", letters=text("common.comma").join(rivals)))
    elif len(columns) > 1 and not fewer:
        said.append(text("studio.compare.clear"))
    return [*said, *left_out]


def _unserved(found: Mapping[str, Any]) -> list[str]:
    """Where replications served nobody, which have no time of a case."""
    as_is = {**found["as_is"], "name": text("studio.compare.as_is"), "replications": found["replications"]}
    return [
        text(
            "studio.compare.nobody_served",
            name=each["name"],
            n=each["nobody_served"],
            of=each["replications"],
        )
        for each in (as_is, *found["designs"])
        if each.get("nobody_served")
    ]


def _sets(search: Mapping[str, Any], by: str) -> list[Set]:
    lang = language()
    return [
        Set(
            text("common.comma").join(each["members"]), wording.number(each["spend"], lang),
            *_verified(by, each["verified"]),
            each["verified"]["verdict"], text(f"studio.compare.verdicts.{each['verified']['verdict']}"),
            _signed(by, each["optimism"]), number == search["chosen"], list(each["members"]),
        )
        for number, each in enumerate(search["finalists"])
    ]  # fmt: skip


def _verified(by: str, of: Mapping[str, Any]) -> tuple[str, str]:
    return (_DASH, "") if of["estimate"] is None else (_signed(by, of["estimate"]), _between(by, of))


def _lies(times: Mapping[str, Any], columns: Sequence[Column], chosen: str) -> Lies:
    letters = {each.name: each.letter for each in columns}
    rows = []
    for each in times["of"]:
        name = f"{letters[each['name']]} {each['name']}" if each["name"] else text("studio.compare.as_is")
        cases = wording.count(each["cases"], language())
        rows.append((name, cases, _said(each["median"]), _said(each["p95"])))
    drawn = [each for each in times["of"] if each["name"] in ("", chosen or times["of"][-1]["name"])]
    return Lies(_densities(times["edges"], drawn, letters), rows)


def _said(minutes: float | None) -> str:
    return "—" if minutes is None else wording.duration(minutes * 60, language())


def _densities(
    edges: Sequence[float], drawn: Sequence[Mapping[str, Any]], letters: Mapping[str, str]
) -> SafeString:
    """The share of cases by their time, as it is and in one design, with the 95 % quantile of each."""
    width, base, top = 380.0, 132.0, 12.0
    across = Axis(edges[0], edges[-1], 8.0, width - 8.0)
    most = max((share for each in drawn for share in each["shares"]), default=0.0) or 1.0
    up = Axis(0.0, most, base, top)
    centres = [(low + high) / 2 for low, high in pairwise(edges)]
    parts: list[Markup] = [line(across.start, base, across.end, base, stroke=_PAPER["line2"])]
    for tick in ticks(edges[0], edges[-1]):
        if edges[0] <= tick <= edges[-1]:
            said, x = wording.number(tick, language()), across(tick)
            parts.append(label(said, x=x, y=base + 12, fill=_PAPER["ink3"], font_size=SMALL,
                               text_anchor="middle"))  # fmt: skip
    for number, each in enumerate(drawn):
        colour = _PAPER["ink3" if not each["name"] else "accent"]
        points = [(across(x), up(share)) for x, share in zip(centres, each["shares"], strict=True)]
        area = f"M{points[0][0]:.1f} {base:.1f}" + "".join(f"L{x:.1f} {y:.1f}" for x, y in points)
        parts.append(el("path", d=f"{area}L{points[-1][0]:.1f} {base:.1f}Z", fill=colour, fill_opacity=0.14))
        parts.append(polyline(points, stroke=colour, stroke_width=1.8,
                              stroke_dasharray="5 3" if not each["name"] else None))  # fmt: skip
        name = letters.get(each["name"], "") or text("studio.compare.as_is")
        said = text("studio.compare.p95", name=name, time=_said(each["p95"]))
        parts.append(line(8 + number * 190, 158, 30 + number * 190, 158, stroke=colour, stroke_width=2,
                          stroke_dasharray="5 3" if not each["name"] else None))  # fmt: skip
        parts.append(label(said, x=36 + number * 190, y=158, fill=_PAPER["ink2"], font_size=SMALL))
    spoken = " ".join(
        text("studio.compare.p95", name=letters.get(each["name"], "") or text("studio.compare.as_is"),
             time=_said(each["p95"]))
        for each in drawn
    )  # fmt: skip
    return mark_safe(frame(width, 168, *parts, title=text("studio.compare.lies"), text=spoken, theme="page"))


def table_of(shown: ComparisonShown) -> list[list[str]]:
    """The comparison as a table for spreadsheets."""
    heads = [text("studio.compare.figure"), text("studio.heads.unit_of"), text("studio.compare.as_is"), "±"]
    interval, verdict = text("studio.heads.interval"), text("studio.heads.verdict")
    for column in shown.columns:
        heads += [f"{column.letter} {column.name}", interval, verdict]
    rows = [heads]
    for row in shown.rows:
        cells = [part for cell in row.cells for part in (cell.value, cell.within, cell.said)]
        rows.append([row.name, row.unit, row.as_is, row.within, *cells])
    return rows

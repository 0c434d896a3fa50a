"""What a drawing of an answer shows, as a table: for who cannot see it, and as a file.

A table for every kind of `charts.methods.DRAWINGS`. Headings are codes with words under
`report.chart_table`, or names that the user gave; cells are texts, numbers, flags or None.
"""

import csv
import io
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from anlan.formats.reading.rejects import harmless
from anlan.formats.report.charts.intervals import name_of
from anlan.formats.report.words import Words

Rows = Iterable[Sequence[Any]]


@dataclass(frozen=True)
class ChartTable:
    """headings in the reader's language; rows as long as they are."""

    headings: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]


def chart_table(kind: str, data: Mapping[str, Any], words: Words) -> ChartTable:
    """All that the drawing of that kind is made from, also what it leaves out for room.

    data: plain values, as `charts.methods.draw` takes them. Errors: KeyError for a kind nothing draws.
    """
    codes, rows = _TABLES[kind](data, words)
    headings = tuple(words.term("chart_table", code) for code in codes)
    return ChartTable(headings, tuple(tuple(_cell(each, words) for each in row) for row in rows))


def table_csv(table: ChartTable) -> bytes:
    """As CSV for a spreadsheet: UTF-8 with its mark, numbers in full, no text of which a formula is made."""
    out = io.StringIO()
    write = csv.writer(out).writerow
    write([harmless(heading) for heading in table.headings])
    for row in table.rows:
        write(["" if v is None else harmless(v) if isinstance(v, str) else v for v in row])
    return out.getvalue().encode("utf-8-sig")


def _cell(value: Any, words: Words) -> Any:
    if isinstance(value, Mapping):
        return words.of(value)
    if isinstance(value, bool):
        return words.plain(f"method_flags.{str(value).lower()}")
    return words.listed(str(each) for each in value) if isinstance(value, list | tuple) else value


_LIMITS = ("low", "high")
Made = tuple[Sequence[str], Rows]
_Table = Callable[[Mapping[str, Any], Words], Made]


def _records(of: str, *codes: str) -> _Table:
    """A list of records: a column an entry (`entry:heading` where the heading has a code of its own).
    One that no record fills is left out."""
    heading_of = {entry: heading or entry for entry, _, heading in (code.partition(":") for code in codes)}

    def table(data: Mapping[str, Any], words: Words) -> Made:
        held = [entry for entry in heading_of if any(row.get(entry) is not None for row in data[of])]
        return [heading_of[entry] for entry in held], ([row.get(e) for e in held] for row in data[of])

    return table


def _intervals(data: Mapping[str, Any], words: Words) -> Made:
    """Each row, then the whole where there is one."""
    codes, rows = _records("rows", "name", "value", *_LIMITS)(data, words)
    whole = data.get("all")
    more = [{**whole, "name": words("chart_table.whole")}] if whole else []
    return codes, [*rows, *([row.get(code) for code in codes] for row in more)]


def _matrix(data: Mapping[str, Any], words: Words) -> Made:
    """A row a cell; what of the risk lies in it."""
    at, low, high = (tuple(data.get(name) or data["at"]) for name in ("at", "low", "high"))

    def lies(i: int, j: int) -> str:
        if (i, j) == at:
            return words("chart_table.here")
        inside = low[0] <= i <= high[0] and low[1] <= j <= high[1]
        return words("chart_table.possible") if inside else ""

    rows = (
        (data["likelihood_labels"][i - 1], data["severity_labels"][j - 1], level, lies(i, j))
        for i, row in enumerate(data["cells"], start=1)
        for j, level in enumerate(row, start=1)
    )
    return ("likelihood", "severity", "level", "risk"), rows


def _memberships(data: Mapping[str, Any], words: Words) -> Made:
    names = [words.term("method_charts.operators", str(each["name"])) for each in data["series"]]
    columns = [each["values"] for each in data["series"]]
    return ("grade", *names), zip(data["grades"], *columns, strict=True)


def _functions(data: Mapping[str, Any], words: Words) -> Made:
    rows = ((data["factor"], each["grade"], each["points"], data["value"]) for each in data["functions"])
    return ("factor", "grade", "corners", "measured"), rows


def _pareto(data: Mapping[str, Any], words: Words) -> Made:
    more = [name for name in ("low", "high", "after", "cumulated") if data.get(name)]
    columns = [data[name] for name in ("names", "values", *more)]
    measure = words.term("method_charts.measures", str(data["measure"]))
    return ("name", measure, *more), zip(*columns, strict=True)


def _hierarchy(data: Mapping[str, Any], words: Words) -> Made:
    rows = [(node["name"], node["under"], node["weight"]) for node in data["nodes"]]
    goal = data["nodes"][0]["name"]
    return ("name", "under", "share"), [
        *rows, *((each["name"], goal, each["priority"]) for each in data["alternatives"])
    ]  # fmt: skip


def _fault_tree(data: Mapping[str, Any], words: Words) -> Made:
    def gate(row: Mapping[str, Any]) -> str:
        kind = words.plain(f"method_choices.{row['kind']}")
        return f"{kind} ({row['k']} / {len(row['inputs'])})" if row.get("k") else kind

    gates = ((row["name"], gate(row), row["inputs"], row["probability"]) for row in data["gates"])
    events = ((row["name"], words("chart_table.event"), None, row["probability"]) for row in data["events"])
    houses = (
        (row["name"], words("chart_table.house"), None, float(row["happens"])) for row in data["houses"]
    )
    return ("name", "kind", "inputs", "probability"), [*gates, *events, *houses]


def _event_tree(data: Mapping[str, Any], words: Words) -> Made:
    def passed(outcome: bool | None) -> str:
        code = "not_asked" if outcome is None else "fails" if outcome else "works"
        return words(f"chart_table.{code}")

    rows = (
        (n, *map(passed, each["outcomes"]), each["frequency"], each["end"], each["unwanted"])
        for n, each in enumerate(data["sequences"], start=1)
    )
    return ("number", *data["headings"], "frequency", "end", "unwanted"), rows


def _bow_tie(data: Mapping[str, Any], words: Words) -> Made:
    rows: list[Sequence[Any]] = [(words("chart_table.event"), data["event"], data["frequency"], None, None)]
    for side, code in (("causes", "cause"), ("consequences", "consequence")):
        for way in data[side]:
            first = (words(f"chart_table.{code}"), way["name"], way["frequency"])
            barriers = way["barriers"] or [{"name": None, "failing": None}]
            rows += [(*first, barrier["name"], barrier["failing"]) for barrier in barriers]
    return ("kind", "name", "frequency", "barrier", "failing"), rows


def _bayes_net(data: Mapping[str, Any], words: Words) -> Made:
    rows = (
        (node["name"], state, node["before"][place], node["after"][place], node["seen"] == place)
        for node in data["nodes"]
        for place, state in enumerate(node["states"])
    )
    return ("node", "state", "before", "after_evidence", "seen"), rows


def _course(data: Mapping[str, Any], words: Words) -> Made:
    columns = [each["values"] for each in data["series"]]
    names = [each["name"] for each in data["series"]]
    return ("hours", *(name_of(name, words) for name in names)), zip(
        data["x"]["values"], *columns, strict=True
    )


def _profile(data: Mapping[str, Any], words: Words) -> Made:
    """A row an interval; limits beside what has them."""
    columns = {
        each["name"] if part == "values" else f"{each['name']}_{part}": each[part]
        for each in data["series"]
        for part in ("values", *_LIMITS)
        if each.get(part)
    }
    return ("interval", *columns), zip(data["labels"], *columns.values(), strict=True)


def _heat(data: Mapping[str, Any], words: Words) -> Made:
    """A row a cell that holds a count."""
    rows = [words.term("weekdays", each) for each in data["rows"]]
    columns = [words.term("weekdays", each) for each in data["columns"]]
    marked = {(row, column) for row, column in data["marked"]}
    codes = ("heat_row", "heat_column", "count", "set_apart")
    return codes, [
        (rows[r], columns[c], value, (r, c) in marked)
        for r, row in enumerate(data["cells"])
        for c, value in enumerate(row)
        if value is not None
    ]


def _roster_grid(data: Mapping[str, Any], words: Words) -> Made:
    """A row a person with hours, then one an hour with people needed and there."""

    def cell(row: Mapping[str, Any], day: int) -> str:
        shift = row["cells"][day]
        away = words("method_charts.roster.leave") if row["wishes"][day] == "leave" else "·"
        return away if shift is None else f"{data['shifts'][shift]} {row['skills'][day]}".strip()

    days = range(len(data["days"]))
    people = [
        (row["name"], *(cell(row, day) for day in days), row["hours"], row["overtime"])
        for row in data["rows"]
    ]
    hours = [
        (
            f"{hour:02d}:00 {words.term('chart_table', name)}",
            *(data[name][day * 24 + hour] for day in days),
            None,
            None,
        )
        for hour in range(24)
        for name in ("needed", "on_duty")
    ]
    return ("name", *data["days"], "paid_hours", "overtime"), [*people, *hours]


def _density(data: Mapping[str, Any], words: Words) -> Made:
    curves = [each["density"] for each in data["curves"]]
    names = [name_of(each["name"], words) for each in data["curves"]]
    return ("x", *names, "pool"), zip(data["x"], *curves, data["pool"], strict=True)


def _blend(data: Mapping[str, Any], words: Words) -> Made:
    known = [name for name in ("prior", "likelihood", "posterior", "result") if data[name] is not None]
    names = [words(f"method_charts.prior_posterior.{name}") for name in known]
    return ("x", *names), zip(data["x"], *(data[name] for name in known), strict=True)


def _loss(data: Mapping[str, Any], words: Words) -> Made:
    """The curve, then what is tolerated and computed exactly at losses of their own, then mean and tail."""
    points = [
        (words("chart_table.curve"), p["loss"], p["probability"], p["low"], p["high"]) for p in data["points"]
    ]
    points += [
        (words("chart_table.open"), p["loss"], None, p["low"], p["high"]) for p in data.get("open") or ()
    ]
    others = [
        (words(f"chart_table.{name}"), p["loss"], p["probability"], None, None)
        for name in ("tolerance", "exact")
        for p in data[name] or ()
    ]
    marks = [(words(f"chart_table.{name}"), value, None, None, None) for name, value in data["marks"].items()]
    return ("kind", "loss", "probability", "low", "high"), [*points, *others, *marks]


def _decision_tree(data: Mapping[str, Any], words: Words) -> Made:
    """A row a branch, from the root on; of a tree too large to be drawn its choices."""
    codes = ("name", "branch", "probability", "pays", "worth_after", "taken")
    tree = data["tree"]
    if tree is None:
        rows = [(None, choice, None, None, None, True) for choice in data["choices"]]
        return codes, [(words("chart_table.tree"), None, None, None, data["worth"], True), *rows]
    return codes, [(tree["name"], None, None, None, tree["worth"], True), *_branches(tree)]


def _branches(node: Mapping[str, Any]) -> Iterable[Sequence[Any]]:
    for each in node["branches"]:
        after = each["to"]["worth"] if each["to"] else None
        yield node["name"], each["name"], each["probability"], each["pays"], after, each["taken"]
        if each["to"]:
            yield from _branches(each["to"])


def _fn_curve(data: Mapping[str, Any], words: Words) -> Made:
    """Corners of the curve and its band, then each line: where it begins, how it falls, where it ends."""
    corners = [
        (words(f"chart_table.{code}"), n, often, None, None)
        for name, code in (("curve", "curve"), ("low", "low"), ("high", "high"))
        for n, often in data[name] or ()
    ]
    lines = [
        (each["name"], each["least"], each["frequency"] * (each["least"] / each["at"]) ** -each["slope"],
         each["slope"], each["most"])
        for each in data["lines"]
    ]  # fmt: skip
    return ("kind", "people", "this_or_more", "slope", "people_to"), [*corners, *lines]


_TABLES: Mapping[str, _Table] = {
    "matrix": _matrix,
    "membership_functions": _functions,
    "memberships": _memberships,
    "pareto": _pareto,
    "hierarchy": _hierarchy,
    "rank_stability": _records("rows", "name", "rank", "first", "rank_low", "rank_high"),
    "weights": _records("rows", "name", "weight", *_LIMITS),
    "loss_exceedance": _loss,
    "allocation_bars": _records("bars", "name", "mean", "part", "error"),
    "convergence": _records(
        "checkpoints", "years", "mean", "mean_low", "mean_high", "cvar", "cvar_low", "cvar_high"
    ),
    "qq": _records("points", "expected", "observed", *_LIMITS),
    "tornado": _records("bars", "name", *_LIMITS, "at_low", "at_high"),
    "index_bars": _records(
        "bars", "name", "first:first_order", "first_low", "first_high", "total", "total_low", "total_high"
    ),
    "morris": _records("points", "name", "mu", "mu_star", "sigma"),
    "fault_tree": _fault_tree,
    "event_tree": _event_tree,
    "bow_tie": _bow_tie,
    "bayes_net": _bayes_net,
    "course": _course,
    "under_way": _course,
    "decision_tree": _decision_tree,
    "fn_curve": _fn_curve,
    "bars": _records("rows", "name", "value", *_LIMITS),
    "cascade": _records("rows", "name", "value"),
    "intervals": _intervals,
    "density": _density,
    "prior_posterior": _blend,
    "profile": _profile,
    "heat": _heat,
    "roster_grid": _roster_grid,
    "staffing_days": _records(
        "intervals",
        "label:interval",
        "needed",
        "planned:people_planned",
        "level:level_reached",
        "under:promise_missed",
    ),
    "reliability": _records("bins", "n", "forecast", "happened", *_LIMITS),
}
"""Kind of a chart -> the codes of its columns and its rows."""

"""The sheets of risks.xlsx as tables: which rows and columns, before anything is written.

Nested parts of the result are laid flat: `evidence.rate.low` becomes a column of its own with a heading
in words. No field is left out: a field no heading knows is headed by its path.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from anlan.formats.report.levels import Levels
from anlan.formats.report.sections.sources import flat
from anlan.formats.report.words import Words, is_as_written, plain_unit
from anlan.formats.workbook_codes import Word, coded_fields, with_words

_GROUPS = ("criteria", "controllability")  # parts whose own fields have words elsewhere
_SHARES = frozenset({"confidence", "delay_share", "rate", "breach_rate", "first", "second", "gap"})


@dataclass(frozen=True)
class TableColumn:
    """A heading and how the cells below are shown: `text`, `number` or `share` (0..1 as per cent)."""

    heading: str
    kind: str = "text"


@dataclass(frozen=True)
class Table:
    """Columns, rows as long as the columns, and how many columns stay in view."""

    columns: Sequence[TableColumn]
    rows: Sequence[Sequence[Any]]
    frozen: int = 0


def tables_of(result: Mapping[str, Any], words: Words) -> Iterator[tuple[str, Table]]:
    """All sheets by the key of their name, in order."""
    coded = coded_fields(result, words)
    yield "summary", _summary(result, words)
    yield from _risks(result, words, coded["risks"])
    yield "key_nodes", _records(result["key_nodes"], words, frozen=1)
    activities = result["process"]["activities"]
    yield "activities", _records(activities, words, frozen=1, coded=coded["activities"])
    yield "transitions", _records(result["process"]["edges"], words, frozen=2)
    yield "variants", _records(result["process"]["variants"], words)
    yield "treatments", _treatments(result, words, coded["treatments"])
    yield "frontier", _frontier(result, words)
    yield "to_examine", _records(result["treatments"]["to_examine"], words, frozen=1)
    yield "ideas", _records(result["improve"], words)
    indicators = [_without(i, "series") for i in result["monitor"]]
    yield "indicators", _records(indicators, words, frozen=2, coded=coded["indicators"])
    yield "readings", _readings(result, words)
    yield "plans", _plans(result, words, coded["plans"])
    yield "stability", _records(result["evaluate"], words, frozen=1, coded=coded["stability"])
    candidates = result["checklist"]["candidates"]
    yield "checklist", _records(candidates, words, frozen=1, coded=coded["checklist"])
    yield "quality", _quality(result, words)
    yield "provenance", _provenance(result, words)


def _records(
    records: Sequence[Mapping[str, Any]],
    words: Words,
    *,
    frozen: int = 0,
    coded: Mapping[str, Word] | None = None,
) -> Table:
    """One row a record; the columns are all paths that any record has, in order of appearance. The
    fields in `coded` get a column with the word before the one with the code."""
    coded = coded or {}
    return _laid_out(*_flattened(records, words, coded), words, coded, frozen)


Rows = Sequence[Mapping[str, Any]]


def _flattened(
    records: Rows, words: Words, coded: Mapping[str, Word]
) -> tuple[list[str], list[dict[str, Any]]]:
    """All paths that any record has, in order of appearance, and each record by path."""
    rows = [dict(with_words(_leaves(record, words), record, coded)) for record in records]
    paths = list(dict.fromkeys(path for row in rows for path in row))
    return [path for path in paths if not _is_empty_parent(path, paths)], rows


def _laid_out(
    paths: Sequence[str], rows: Rows, words: Words, coded: Mapping[str, Word], frozen: int
) -> Table:
    columns = [TableColumn(heading(path, words, coded), _kind(path)) for path in paths]
    return Table(columns, [[row.get(path) for path in paths] for row in rows], frozen)


def _is_empty_parent(path: str, paths: Sequence[str]) -> bool:
    """A part that is null in one record and laid flat in another needs no column of its own."""
    return any(other.startswith(f"{path}.") and other != f"{path}.word" for other in paths)


def _leaves(value: Any, words: Words, path: str = "") -> Iterator[tuple[str, Any]]:
    """Paths and values of a record; a text in both languages is one value, a list is one cell."""
    if isinstance(value, Mapping):
        if set(value) == {"zh", "en"}:
            yield path, words.of(value)
            return
        if not value:
            yield path, None
        for key, inner in value.items():
            yield from _leaves(inner, words, f"{path}.{key}" if path else key)
    elif isinstance(value, list):
        yield path, _joined(value, words)
    else:
        yield path, value


def _joined(values: Sequence[Any], words: Words) -> str | None:
    """A list as one cell; names are kept apart by line breaks, which no name holds unescaped."""
    parts = [words.of(value) if isinstance(value, Mapping) else str(value) for value in values]
    return "\n".join(parts) if parts else None


def heading(path: str, words: Words, coded: Collection[str] = ()) -> str:
    """`evidence.rate.low` as words, part by part; a field in `coded` is headed as its code."""
    if path == "code.word":
        return words("workbook_fields.finder")
    if path in coded and path != "code":
        return words("workbook_fields.code_of", field=heading(path, words))
    path = path.removesuffix(".word")
    if path == "index.level":
        return f"{words('workbook_fields.index')} · {words('workbook_fields.level_word')}"
    parts = path.split(".")
    groups = ["workbook_fields", *(part if part in _GROUPS else "workbook_fields" for part in parts)]
    said = " · ".join(words.term(group, part) for group, part in zip(groups, parts, strict=False))
    counted = words.working and any(part.endswith("_s") or part == "delay_min" for part in parts)
    return words("workbook_fields.on_clock", field=said) if counted else said


def _kind(path: str) -> str:
    parts = path.split(".")
    if parts[-1] in ("delay_share", "confidence", "breach_rate", "gap"):
        return "share"
    held = parts[-1] in ("estimate", "low", "high") and parts[-2] in _SHARES
    level = parts[-1] == "level" and parts[0] != "index"
    return "share" if held or level else "text"


def _without(record: Mapping[str, Any], key: str) -> dict[str, Any]:
    return {name: value for name, value in record.items() if name != key}


def _summary(result: Mapping[str, Any], words: Words) -> Table:
    """The figures a reader looks for first, each with its unit."""
    log, portfolio, process = result["log"], result["portfolio"], result["process"]
    unit, levels = plain_unit(portfolio["unit"], words), Levels(result["criteria"], words)
    rows: list[tuple[str, Any, str]] = [
        (words("workbook_fields.process"), process["name"], ""),
        (words("meta.log"), log["name"], ""),
        (words("meta.period"), _period(log, words), ""),
        (words("quality.zone"), words.zone(log), ""),
        (words("fields.cases"), log["n_cases"], ""),
        (words("fields.events"), log["n_events"], ""),
        (words("fields.risks"), len(result["risks"]), ""),
    ]
    for mark in levels.marks[::-1]:
        n = sum(risk["index"]["level"] == mark.code for risk in result["risks"])
        rows.append((words("workbook_fields.risks_of", level=mark.word), n, ""))
    for key in ("mean", "p05", "p50", "p90", "p95", "p99", "cvar95"):
        name = "loss_of" if key == "mean" else "year_of"
        rows.append(
            (words(f"workbook_fields.{name}", statistic=words(f"fields.{key}")), portfolio[key], unit)
        )
        if key == "mean" and "simulated_mean" in portfolio:
            rows.append((words("workbook_fields.simulated_mean"), portfolio["simulated_mean"], unit))
        error = portfolio["simulation_errors"].get(key)
        if error is not None:
            rows.append((_error_name(key, words), error, unit))
    rows += _loss_basis(portfolio, words, unit, as_written=is_as_written(log))
    chosen = result["treatments"]["chosen_set"]
    if chosen is not None:
        for limit, value in chosen["reduction"].items():
            name = words("workbook_fields.set_reduction", limit=words.term("workbook_fields", limit))
            rows.append((name, value, "" if limit == "level" else unit))
        rows.append((words("workbook_fields.rival_share"), chosen["rival_share"], ""))
        rows.append((words("workbook_fields.regret"), chosen["regret"], unit))
    columns = [TableColumn(words(f"workbook_fields.{key}")) for key in ("quantity", "value", "unit")]
    return Table(columns, rows, frozen=1)


def _error_name(key: str, words: Words) -> str:
    """What a simulation error is the error of; the mean is exact, only its check is simulated."""
    if key == "mean":
        return words("workbook_fields.simulated_mean_error")
    return words("workbook_fields.error_of", statistic=words(f"fields.{key}"))


def _period(log: Mapping[str, Any], words: Words) -> str | None:
    if log["first"] is None:
        return None
    first, last = (words.moment(log[key], as_written=is_as_written(log)) for key in ("first", "last"))
    return f"{first} – {last}"


def _loss_basis(
    portfolio: Mapping[str, Any], words: Words, unit: str, *, as_written: bool
) -> list[tuple[str, Any, str]]:
    """Limits of the expectation, the shared factor, years simulated, and the intake window."""
    field: Callable[[str], str] = lambda key: words(f"workbook_fields.{key}")  # noqa: E731 used nine times
    rows: list[tuple[str, Any, str]] = []
    if portfolio["expectation"] is not None:
        rows = [(field(f"expectation_{end}"), portfolio["expectation"][end], unit) for end in ("low", "high")]
    rows.append((field("common_factor"), portfolio["common_factor"]["relative_sd"], ""))
    rows.append((field("factor_weeks"), portfolio["common_factor"]["weeks"], ""))
    rows.append((field("years"), portfolio["years"], ""))
    intake = portfolio["intake"]
    if intake is not None:
        first, last = (words.moment(intake[key], as_written=as_written) for key in ("first", "last"))
        rows.append((field("intake"), f"{first} – {last}", ""))
        rows.append((field("intake_days"), intake["days"], words("units.d")))
        rows.append((field("cases_per_year"), intake["cases_per_year"], ""))
    return rows


_READ_FIRST = (
    "id", "level_word", "title", "annual_loss.mean", "annual_loss.interval.low", "annual_loss.interval.high",
    "loss_unit", "frequency_per_year.estimate", "evidence.affected_cases", "statement", "nodes",
    "detail.word", "code.word", "category.word", "evidence.suspected", "annual_loss.p95", "overlaps", "notes",
)  # fmt: skip
"""Columns of the sheet of risks; all else stands in the sheet of their evidence and methods."""


def _risks(result: Mapping[str, Any], words: Words, coded: Mapping[str, Word]) -> Iterator[tuple[str, Table]]:
    """Every field of every risk in two sheets: what is read first, and what it rests on."""
    levels, unit = Levels(result["criteria"], words), plain_unit(result["portfolio"]["unit"], words)
    records = [
        {
            "id": risk["id"],
            "level_word": levels[risk["index"]["level"]].word,
            "title": risk["title"],
            "loss_unit": unit,
            **_without(risk, "id"),
        }
        for risk in result["risks"]
    ]
    paths, rows = _flattened(records, words, coded)
    first = [path for path in _READ_FIRST if path in paths]
    rest = [path for path in paths if path not in _READ_FIRST or path in ("id", "title")]
    yield "risks", _laid_out(first, rows, words, coded, 3)
    yield "evidence", _laid_out(rest, rows, words, coded, 2)


def _treatments(result: Mapping[str, Any], words: Words, coded: Mapping[str, Word]) -> Table:
    """Candidates with their ranges and, for the chosen ones, their share in the set's effect."""
    treatments = result["treatments"]
    chosen = {measure["code"]: measure for measure in treatments["chosen"]}
    records = [
        {
            "code": candidate["code"],
            "chosen": candidate["code"] in chosen,
            "chosen_cost": chosen.get(candidate["code"], {}).get("cost"),
            "expected_reduction": chosen.get(candidate["code"], {}).get("expected_reduction"),
            "interval": chosen.get(candidate["code"], {}).get("interval"),
            **_without(candidate, "code"),
            "cost_unit": treatments["cost_unit"],
            "unit": treatments["unit"],
        }
        for candidate in treatments["candidates"]
    ]
    return _records(records, words, frozen=1, coded=coded)


def _frontier(result: Mapping[str, Any], words: Words) -> Table:
    treatments = result["treatments"]
    columns = [
        TableColumn(words("frontier.x", unit=plain_unit(treatments["cost_unit"], words))),
        TableColumn(words("frontier.y", unit=plain_unit(treatments["unit"], words))),
        *(TableColumn(words.term("workbook_fields", limit)) for limit in ("low", "high")),
    ]
    points = zip(treatments["frontier"], treatments["frontier_intervals"], strict=True)
    return Table(columns, [[*point, span["low"], span["high"]] for point, span in points])


def _readings(result: Mapping[str, Any], words: Words) -> Table:
    """All readings of all indicators, one row each."""
    columns = [TableColumn(heading(key, words)) for key in ("code", "period", "value", "n")]
    rows = [[i["code"], *reading] for i in result["monitor"] for reading in i["series"]]
    return Table(columns, rows, frozen=1)


def _plans(result: Mapping[str, Any], words: Words, coded: Mapping[str, Word]) -> Table:
    """One row a step, the plan's own fields repeated, so that the sheet can be filtered."""
    records = []
    for plan in result["respond"]:
        for i, step in enumerate(plan["steps"] or [{}], start=1):
            records.append({**_without(plan, "steps"), "step": {"number": i, **step}})
    return _records(records, words, frozen=1, coded=coded)


def _quality(result: Mapping[str, Any], words: Words) -> Table:
    """Rows set aside, columns as recognised, counters, and the run's notes."""
    log, rows = result["log"], []
    group: Callable[[str], str] = lambda key: words(f"quality.{key}")  # noqa: E731 a short name used five times
    for reason, n in log["rejected"].items():
        rows.append([group("rejected_table"), words.term("rejected", reason), n, None])
    for role, found in log["mapping"].items():
        rows.append(
            [group("mapping"), words.term("column_roles", role), found["column"], found["confidence"]]
        )
    for name, value in result["quality"].items():
        rows.append([group("counters"), words.term("counters", name), value, None])
    for note in result["notes"]:
        rows.append([group("notes"), words.place(note["where"]), words.of(note["text"]), None])
    columns = [TableColumn(words(f"workbook_fields.{key}")) for key in ("about", "item", "value")]
    return Table([*columns, TableColumn(words("fields.confidence"), "share")], rows)


def _provenance(result: Mapping[str, Any], words: Words) -> Table:
    provenance, log = result["provenance"], result["log"]
    rows: list[list[Any]] = [
        [words("provenance.schema"), result["schema"], None],
        *([words(f"provenance.{key}"), provenance[key], None] for key in ("version", "platform", "seed")),
        [words("provenance.as_of"), words.moment(provenance["as_of"], as_written=is_as_written(log)), None],
        [words("provenance.input"), provenance["input_sha256"], None],
        [words("provenance.log"), log["id"], None],
        [words("meta.criteria"), result["criteria"]["version"], None],
    ]
    rows += [[words("provenance.parameter"), name, value] for name, value in flat(provenance["parameters"])]
    for name, formula in provenance["formulas"].items():
        rows.append(
            [
                words("methods.method"),
                f"{words.term('method_names', name)} ({name} {formula['version']})",
                words.of(formula["text"]),
            ]
        )
    columns = [TableColumn(words(f"workbook_fields.{key}")) for key in ("about", "item", "value")]
    return Table(columns, rows)

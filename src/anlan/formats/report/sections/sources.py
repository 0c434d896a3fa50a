"""What the report rests on: checklists, data quality, methods, criteria, and how to compute it again."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from anlan.formats.report.levels import chip
from anlan.formats.report.markup import Markup, el
from anlan.formats.report.page import Column, Page, Section
from anlan.formats.report.words import NO_VALUE, is_as_written, plain_unit


def source_sections(page: Page) -> list[Section]:
    words = page.words
    return [
        Section("checklist", words("checklist.heading"), _checklist(page)),
        Section("quality", words("quality.heading"), _quality(page)),
        Section("methods", words("methods.heading"), _methods(page)),
        Section("provenance", words("provenance.heading"), _provenance(page)),
    ]


def _checklist(page: Page) -> Markup:
    checklist, words = page.result["checklist"], page.words
    if not checklist["packs"]:
        return page.empty("checklist", "checklist.none")
    packs = page.table(
        (
            Column(words("checklist.pack")),
            Column(words("fields.confidence"), "number"),
            Column(words("checklist.reason"), "wide"),
        ),
        [
            (
                el("span", words.of(p["title"]), el("small", p["code"])),
                words.percent(p["confidence"]),
                words.of(p["reason"]),
            )
            for p in checklist["packs"]
        ],
        caption=words("checklist.packs"),
    )
    return el(
        "div", el("p", words("checklist.intro"), class_="intro"), packs, _matches(page), _candidates(page)
    )


def _matches(page: Page) -> Markup | None:
    words, matches = page.words, page.result["checklist"]["matches"]
    if not matches:
        return el("p", words("checklist.no_match"), class_="empty")
    columns = (
        Column(words("fields.activity")),
        Column(words("checklist.pack")),
        Column(words("checklist.node")),
        Column(words("fields.confidence"), "number"),
        Column(words("checklist.words"), "wide"),
    )
    titles = {pack["code"]: words.of(pack["title"]) for pack in page.result["checklist"]["packs"]}
    rows = [
        (
            page.name(m["activity"]),
            titles.get(m["pack"], m["pack"]),
            el("span", words.of(m["node_title"]), el("small", m["node"])),
            words.percent(m["confidence"]),
            page.names(m["words"]),
        )
        for m in matches
    ]
    return page.table(columns, rows, caption=words("checklist.matches"), most=15)


def _candidates(page: Page) -> Markup | None:
    words, candidates = page.words, page.result["checklist"]["candidates"]
    if not candidates:
        return None
    columns = (
        Column(words("fields.id"), "code"),
        Column(words("fields.risk")),
        Column(words("checklist.story"), "wide"),
        Column(words("fields.nodes")),
        Column(words("fields.controls")),
        Column(words("fields.source")),
    )
    rows = [
        (
            c["code"],
            el("span", words.of(c["title"]), el("small", words.term("categories", c["category"]))),
            words(
                "checklist.chain",
                cause=words.of(c["cause"]),
                event=words.of(c["event"]),
                consequence=words.of(c["consequence"]),
            ),
            page.names(c["activities"], limit=24, most=3),
            words.listed(c["controls"]) or NO_VALUE,
            words.source(c["source"]),
        )
        for c in candidates
    ]
    return page.table(columns, rows, caption=words("checklist.candidates", n=len(candidates)), most=15)


def _quality(page: Page) -> Markup:
    words, log = page.words, page.result["log"]
    rejected = sum(log["rejected"].values())
    intro = words("quality.rejected", n=rejected) if rejected else words("quality.none_rejected")
    facts = page.pairs(
        [
            (words("quality.format"), log["format"]),
            (
                words("quality.zone"),
                words.zone(log),
            ),
            (
                words("quality.clock"),
                words("quality.elapsed")
                if log["clock"] == "elapsed"
                else words("quality.calendar", name=log["clock"]),
            ),
            (words("quality.closing"), _closing(page)),
            (words("quality.start"), words("quality.has_start" if log["has_start"] else "quality.no_start")),
        ],
        kind="pairs sheet",
    )
    return el(
        "div",
        el("p", intro, class_="intro"),
        facts,
        _rejected(page),
        _mapping(page),
        _counters(page),
        _notes(page),
    )


def _closing(page: Page) -> str | Markup:
    words, closing = page.words, page.result["log"]["closing"]
    if not closing["activities"]:
        return words("quality.no_closing")
    who = words(f"quality.closing_{closing['source']}", n=closing["open_cases"])
    return el("span", page.names(closing["activities"]), who)


def _rejected(page: Page) -> Markup | None:
    words = page.words
    columns = (Column(words("quality.reason"), "wide"), Column(words("quality.rows"), "number"))
    rows = [
        (words.term("rejected", reason), words.count(n))
        for reason, n in page.result["log"]["rejected"].items()
        if n
    ]
    return (
        None
        if not rows
        else page.table(columns, rows, caption=words("quality.rejected_table"), kind="compact")
    )


def _mapping(page: Page) -> Markup | None:
    words, mapping = page.words, page.result["log"]["mapping"]
    if not mapping:
        return None
    columns = (
        Column(words("quality.role")),
        Column(words("quality.column"), "wide"),
        Column(words("fields.confidence"), "number"),
    )
    rows = [
        (words.term("column_roles", role), page.name(found["column"]), words.percent(found["confidence"]))
        for role, found in mapping.items()
    ]
    return page.table(columns, rows, caption=words("quality.mapping"), kind="compact")


def _counters(page: Page) -> Markup | None:
    words, counters = page.words, page.result["quality"]
    if not counters:
        return None
    columns = (Column(words("quality.counter"), "wide"), Column(words("quality.value"), "number"))
    rows = [
        (words.term("counters", name), value if isinstance(value, str) else words.number(value))
        for name, value in counters.items()
    ]
    return page.table(columns, rows, caption=words("quality.counters"), kind="compact")


def _notes(page: Page) -> Markup | None:
    words, notes = page.words, page.result["notes"]
    if not notes:
        return None
    columns = (Column(words("quality.where")), Column(words("quality.note"), "wide"))
    return page.table(
        columns,
        [(words.place(note["where"]), words.of(note["text"])) for note in notes],
        caption=words("quality.notes"),
        most=40,
    )


def _methods(page: Page) -> Markup:
    words = page.words
    columns = (
        Column(words("methods.method")),
        Column(words("methods.version"), "number"),
        Column(words("methods.text"), "wide"),
    )
    rows = [
        (
            el("span", words.term("method_names", name), el("small", name)),
            formula["version"],
            words.of(formula["text"]),
        )
        for name, formula in page.result["provenance"]["formulas"].items()
    ]
    table = page.table(columns, rows, caption=words("methods.caption")) if rows else None
    intro = words.sentences([words("methods.intro"), *_yearly(page)])
    return el("div", el("p", intro, class_="intro"), table, _criteria(page))


def _yearly(page: Page) -> list[str]:
    """Window, shared factor and simulation error behind the yearly figures, each where there is one."""
    portfolio, words = page.result["portfolio"], page.words
    intake, factor, errors = portfolio["intake"], portfolio["common_factor"], portfolio["simulation_errors"]
    said = []
    if intake is not None:
        said.append(
            words(
                "methods.intake",
                first=words.date(intake["first"]),
                last=words.date(intake["last"]),
                days=intake["days"],
                cases=intake["cases_per_year"],
            )
        )
    if errors:
        key = "methods.factor" if factor["weeks"] else "methods.no_weeks"
        said.append(words(key, share=factor["relative_sd"], weeks=factor["weeks"]))
        error = {name: page.loss.with_unit(errors[name], words) for name in ("mean", "p95")}
        said.append(words("methods.simulation", years=portfolio["years"], **error))
        said.append(words("methods.current"))
    return said


def _criteria(page: Page) -> Markup:
    criteria, words = page.result["criteria"], page.words
    columns = (
        Column(words("criteria_table.score"), "number"),
        Column(words("criteria_table.likelihood", unit=plain_unit(criteria["likelihood"]["unit"], words))),
        Column(words("criteria_table.severity", unit=plain_unit(criteria["severity"]["unit"], words))),
    )
    size = max(len(criteria["likelihood"]["labels"]), len(criteria["severity"]["labels"]))
    rows = [
        (k, _band(criteria["likelihood"], k, page), _band(criteria["severity"], k, page))
        for k in range(1, size + 1)
    ]
    levels = [
        (
            chip(mark),
            NO_VALUE
            if mark.report_within_hours is None
            else words("criteria_table.hours", hours=mark.report_within_hours),
        )
        for mark in page.levels.marks[::-1]
    ]
    assumptions = criteria["assumptions"]
    return el(
        "div",
        page.table(columns, rows, caption=words("criteria_table.scales", version=criteria["version"])),
        page.table(
            (Column(words("fields.level")), Column(words("criteria_table.report"), "wide")),
            levels,
            caption=words("criteria_table.levels"),
            kind="compact",
        ),
        el(
            "p",
            words(
                "criteria_table.assumed",
                codes=words.listed(words.term("assumptions", code) for code in assumptions),
            ),
            class_="caption",
        )
        if assumptions
        else None,
    )


def _band(scale: Mapping[str, Any], score: int, page: Page) -> str:
    """`频发（≥ 50）`: the word of a score and the values it stands for, lower limit in, upper limit out."""
    words, bounds = page.words, scale["bounds"]
    if score > len(scale["labels"]):
        return NO_VALUE
    name = words.of(scale["labels"][score - 1])
    if not bounds:
        return name
    low = None if score == 1 else words.number(bounds[score - 2])
    high = None if score > len(bounds) else words.number(bounds[score - 1])
    band = f"< {high}" if low is None else f"≥ {low}" if high is None else f"{low}–{high}"
    return words("criteria_table.band", name=name, band=band)


def _provenance(page: Page) -> Markup:
    words, provenance, log = page.words, page.result["provenance"], page.result["log"]
    facts = [
        (words("provenance.version"), f"anlan {provenance['version']}"),
        (words("provenance.schema"), page.result["schema"]),
        (words("provenance.platform"), provenance["platform"]),
        (words("provenance.seed"), str(provenance["seed"])),
        (words("provenance.as_of"), words.moment(provenance["as_of"], as_written=is_as_written(log))),
        (words("provenance.input"), el("code", provenance["input_sha256"], class_="hash")),
        (words("provenance.log"), el("code", log["id"], class_="hash")),
    ]
    columns = (Column(words("provenance.parameter"), "code"), Column(words("provenance.value"), "wide"))
    rows = [(name, value) for name, value in flat(provenance["parameters"])]
    return el(
        "div",
        el("p", words("provenance.intro"), class_="intro"),
        page.pairs(facts, kind="pairs sheet"),
        page.table(columns, rows, caption=words("provenance.parameters")) if rows else None,
    )


def flat(values: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, str]]:
    """Nested parameters as `a.b` and the value as JSON writes it (texts without quotation marks)."""
    for name, value in values.items():
        if isinstance(value, Mapping):
            yield from flat(value, f"{prefix}{name}.")
        else:
            text = NO_VALUE if value is None else value
            yield prefix + name, text if isinstance(text, str) else json.dumps(text, ensure_ascii=False)

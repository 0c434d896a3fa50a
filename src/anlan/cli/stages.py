"""One command per stage of the loop: the stage's part of the result, as a table or as JSON."""

import argparse
from collections.abc import Callable, Sequence
from typing import Any

from anlan.cli.asked import load, workspace
from anlan.cli.given import asks_to_try
from anlan.cli.methods import answer_about_methods, asks_for_methods
from anlan.cli.speak import ProgressLine, write_json, yearly_loss
from anlan.cli.tables import table
from anlan.formats.report.charts.control import shared_unit, unit_scale
from anlan.formats.report.levels import Levels
from anlan.formats.report.words import LossUnit, Words, loss_unit, plain_unit
from anlan.formats.wording import DurationUnit, count, percent, shortened
from anlan.studies.assess import SCHEMA, warnings_on_log
from anlan.studies.checklist import checklist_section
from anlan.studies.evaluate import evaluate_section
from anlan.studies.identify import identify_section
from anlan.studies.improve import improve_section
from anlan.studies.key_nodes import key_nodes_section
from anlan.studies.monitor import monitor_section
from anlan.studies.quantify import criteria_section, portfolio_section, risks_section
from anlan.studies.respond import respond_section
from anlan.studies.treat import treatments_section
from anlan.studies.workspace import Workspace

Items = list[dict[str, Any]]
Row = Sequence[str]


def identify(options: argparse.Namespace) -> None:
    """Findings with their evidence."""
    _run(
        options,
        "identify",
        identify_section,
        _say_findings,
        more=lambda w: {"checklist": checklist_section(w.pack_choices, w.matches, w.checklist, w.library)},
    )


def key_nodes(options: argparse.Namespace) -> None:
    """Activities by score, with rank intervals."""
    _run(options, "key_nodes", lambda w: key_nodes_section(w.key_nodes, clock=w.clock), _each(_key_node))


def quantify(options: argparse.Namespace) -> None:
    """Risks with frequency, loss and level, and the year's total; or one assessment by a chosen method."""
    if asks_for_methods(options):
        answer_about_methods(options)
        return
    _run(
        options,
        "quantify",
        lambda w: risks_section(w.risks, clock=w.clock),
        _say_risks,
        more=lambda w: {"portfolio": _portfolio(w)},
    )


def _portfolio(w: Workspace) -> dict[str, Any]:
    return portfolio_section(w.portfolio, zone=w.log.zone, share_of_recorded_time=w.share_of_recorded_time)


def treat(options: argparse.Namespace) -> None:
    """Candidate measures, the chosen ones first."""
    _run(
        options,
        "treat",
        lambda w: treatments_section(w.plan)["candidates"],
        _say_measures,
        more=lambda w: {"treatments": treatments_section(w.plan)},
    )


def improve(options: argparse.Namespace) -> None:
    """Redesign ideas; or designs tried in a twin."""
    if asks_to_try(options):
        from anlan.cli.designs import try_designs  # loads the simulation

        try_designs(options)
        return
    _run(options, "improve", lambda w: improve_section(w.ideas, w.risk_of, clock=w.clock), _each(_idea))


def monitor(options: argparse.Namespace) -> None:
    """Proposed indicators with limits."""
    _run(options, "monitor", lambda w: monitor_section(w.indicators.indicators, w.risk_of), _say_indicators)


def respond(options: argparse.Namespace) -> None:
    """Emergency plans that apply."""
    _run(options, "respond", lambda w: respond_section(w.emergency_plans), _each(_plan))


def evaluate(options: argparse.Namespace) -> None:
    """How stable each finding is between the halves of the log."""
    _run(
        options,
        "evaluate",
        lambda w: evaluate_section(w.stability, w.risk_of, place_of=w.place_of, clock=w.clock),
        _each(_stability),
    )


Say = Callable[[str, Items, Words, Workspace], str]
"""(stage, items, words, workspace) -> what the terminal shows."""


def _run(
    options: argparse.Namespace,
    stage: str,
    section: Callable[[Workspace], Items],
    say: Say,
    *,
    more: Callable[[Workspace], dict[str, Any]] | None = None,
) -> None:
    progress = ProgressLine(options.lang)
    try:
        w = workspace(options, load(options, progress), progress)
        items = section(w)
        extra = more(w) if more is not None else {}
    finally:
        progress.close()
    words = Words(options.lang, working=w.clock.working)
    if options.json:
        write_json({"schema": SCHEMA, "stage": stage, "items": items, **extra})
        return
    for warning in warnings_on_log(w):
        print(words.plain("cli.warning", text=words.of(warning["text"])))
    print(say(stage, items, words, w) if items else words.plain("cli.nothing"))


def _each(row: Callable[[dict[str, Any], Words], Row]) -> Say:
    """A table with one row an item."""
    return lambda stage, items, words, w: _table(stage, [row(item, words) for item in items], words)


def _table(stage: str, rows: Sequence[Row], words: Words, *, right: Sequence[int] = (), **units: str) -> str:
    return table(words.plain(f"cli.headings.{stage}", **units).split("|"), rows, right=right)


def _say_findings(stage: str, items: Items, words: Words, w: Workspace) -> str:
    lost = [item["evidence"]["delay_min"] for item in items]
    unit = loss_unit("customer_min", largest=max(lost), words=words)
    rows = [
        (
            shortened(item["title"][words.language], 40),
            count(item["evidence"]["count"], words.language),
            percent(item["evidence"]["rate"]["estimate"], words.language),
            unit.figure(item["evidence"]["delay_min"], words),
            item["statement"][words.language],
        )
        for item in items
    ]
    return _table(stage, rows, words, right=(1, 2, 3), unit=unit.label)


def _key_node(item: dict[str, Any], words: Words) -> Row:
    ranks = "—" if item["rank_low"] is None else f"{item['rank_low']}–{item['rank_high']}"
    reason = words.of(item["reasons"][0]) if item["reasons"] else ""
    return str(item["rank"]), ranks, shortened(item["activity"], 40), words.number(item["score"]), reason


def _loss_of(w: Workspace, words: Words) -> LossUnit:
    """The unit the report writes losses in, too."""
    return loss_unit(w.portfolio.unit, largest=w.portfolio.mean or 0.0, words=words)


def _say_risks(stage: str, items: Items, words: Words, w: Workspace) -> str:
    unit, levels = _loss_of(w, words), Levels(criteria_section(w.criteria), words)
    rows = [
        (
            item["id"],
            _level(item["index"]["level"], levels),
            words.number(item["frequency_per_year"]["estimate"]),
            unit.figure(item["annual_loss"]["mean"], words),
            shortened(words.of(item["title"]), 60),
        )
        for item in items
    ]
    shown = _table(stage, rows, words, right=(2, 3), unit=unit.label)
    return "\n".join([shown, *yearly_loss(_portfolio(w), words)])


def _level(code: str, levels: Levels) -> str:
    return f"{levels[code].sign} {levels[code].word}"


def _say_measures(stage: str, items: Items, words: Words, w: Workspace) -> str:
    """Chosen measures first and ticked; below them what the set costs and brings, or how to get one."""
    unit, chosen = _loss_of(w, words), {code: reduction for code, _, reduction in w.plan.chosen}
    cost_unit = plain_unit(w.plan.cost_unit, words)
    ordered = sorted(items, key=lambda item: item["code"] not in chosen)
    rows = [
        (
            "✓" if item["code"] in chosen else "",
            item["code"],
            words.number(item["cost"]["estimate"]),
            unit.figure(item["reduction"]["estimate"], words),
            unit.figure(chosen.get(item["code"]), words),
            shortened(words.of(item["title"]), 60),
        )
        for item in ordered
    ]
    shown = _table(stage, rows, words, right=(2, 3, 4), unit=unit.label, cost_unit=cost_unit)
    return f"{shown}\n{_set(w, unit, cost_unit, words)}"


def _set(w: Workspace, unit: LossUnit, cost_unit: str, words: Words) -> str:
    if w.plan.budget is None:
        return words.plain("cli.no_budget")
    return words.plain(
        "cli.chosen" if w.plan.chosen else "cli.nothing_chosen",
        n=len(w.plan.chosen),
        budget=f"{words.number(w.plan.budget)} {cost_unit}",
        cost=f"{words.number(sum(cost for _, cost, _ in w.plan.chosen))} {cost_unit}",
        reduction=unit.with_unit(sum(reduction for *_, reduction in w.plan.chosen), words),
    )


def _idea(item: dict[str, Any], words: Words) -> Row:
    return (
        item["operator"],
        words.of(item["title"]),
        words.percent(item["delay_share"]),
        item["risk"],
        words.of(item["statement"]),
    )


def _say_indicators(stage: str, items: Items, words: Words, w: Workspace) -> str:
    unit = shared_unit(items, words)
    return _table(stage, [_indicator(item, unit, words) for item in items], words)


def _indicator(item: dict[str, Any], unit: DurationUnit, words: Words) -> Row:
    scale = unit_scale(item, words, unit)
    levels = (scale.with_unit(item[name]) for name in ("baseline", "fire", "clear"))
    grain = words.term("grains", item["grain"])
    return (shortened(words.of(item["title"]), 50), grain, *levels, item["risk"] or "—")


def _plan(item: dict[str, Any], words: Words) -> Row:
    return item["plan"], words.of(item["title"]), _some(item["risks"]), words.of(item["reason"])


def _some(ids: Sequence[str], most: int = 3) -> str:
    more = f" +{len(ids) - most}" if len(ids) > most else ""
    return " ".join(ids[:most]) + more


def _stability(item: dict[str, Any], words: Words) -> Row:
    return item["risk"], words.term("verdicts", item["verdict"]), words.of(item["text"])

"""One command per stage of the loop: the stage's part of the result, as a table or as JSON."""

import argparse
from collections.abc import Callable, Sequence
from typing import Any

from anlan.cli.asked import load, workspace
from anlan.cli.speak import ProgressLine, write_json
from anlan.cli.tables import table
from anlan.formats.messages import messages
from anlan.formats.wording import count, duration, number, percent, shortened
from anlan.studies.assess import SCHEMA
from anlan.studies.checklist import checklist_section
from anlan.studies.evaluate import evaluate_section
from anlan.studies.identify import identify_section
from anlan.studies.improve import improve_section
from anlan.studies.key_nodes import key_nodes_section
from anlan.studies.monitor import monitor_section
from anlan.studies.quantify import portfolio_section, risk_section
from anlan.studies.respond import respond_section
from anlan.studies.treat import treatments_section
from anlan.studies.workspace import Workspace

Row = Sequence[str]


def identify(options: argparse.Namespace) -> None:
    """Findings with their evidence."""
    _run(
        options,
        "identify",
        identify_section,
        _finding,
        more=lambda w: {"checklist": checklist_section(w.pack_choices, w.matches, w.checklist, w.library)},
    )


def key_nodes(options: argparse.Namespace) -> None:
    """Activities by score, with rank intervals."""
    _run(options, "key_nodes", lambda w: key_nodes_section(w.key_nodes), _key_node)


def quantify(options: argparse.Namespace) -> None:
    """Risks with frequency, loss and level; the portfolio with `--json`."""
    _run(
        options,
        "quantify",
        lambda w: [risk_section(risk) for risk in w.risks],
        _risk,
        more=lambda w: {"portfolio": portfolio_section(w.portfolio, zone=w.log.zone)},
    )


def treat(options: argparse.Namespace) -> None:
    """Candidate measures and the chosen set."""
    _run(
        options,
        "treat",
        lambda w: treatments_section(w.plan)["candidates"],
        _measure,
        more=lambda w: {"treatments": treatments_section(w.plan)},
    )


def improve(options: argparse.Namespace) -> None:
    """Redesign ideas."""
    _run(options, "improve", lambda w: improve_section(w.ideas, w.risk_of), _idea)


def monitor(options: argparse.Namespace) -> None:
    """Proposed indicators with limits."""
    _run(options, "monitor", lambda w: monitor_section(w.indicators, w.risk_of), _indicator)


def respond(options: argparse.Namespace) -> None:
    """Emergency plans that apply."""
    _run(options, "respond", lambda w: respond_section(w.emergency_plans), _plan)


def evaluate(options: argparse.Namespace) -> None:
    """How stable each finding is between the halves of the log."""
    _run(options, "evaluate", lambda w: evaluate_section(w.stability, w.risk_of), _stability)


def _run(
    options: argparse.Namespace,
    stage: str,
    section: Callable[[Workspace], list[dict[str, Any]]],
    row: Callable[[dict[str, Any], str], Row],
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
    if options.json:
        write_json({"schema": SCHEMA, "stage": stage, "items": items, **extra})
        return
    words = messages(options.lang)
    if not items:
        print(words.text("cli.nothing"))
        return
    headings = words.text(f"cli.headings.{stage}").split("|")
    print(table(headings, [row(item, options.lang) for item in items]))


def _finding(item: dict[str, Any], language: str) -> Row:
    return (
        shortened(item["title"][language], 40),
        count(item["evidence"]["count"], language),
        percent(item["evidence"]["rate"]["estimate"], language),
        number(item["evidence"]["delay_min"], language),
        item["statement"][language],
    )


def _key_node(item: dict[str, Any], language: str) -> Row:
    ranks = "—" if item["rank_low"] is None else f"{item['rank_low']}–{item['rank_high']}"
    reason = item["reasons"][0][language] if item["reasons"] else ""
    return str(item["rank"]), ranks, shortened(item["activity"], 40), number(item["score"], language), reason


def _risk(item: dict[str, Any], language: str) -> Row:
    return (
        item["id"],
        _level(item["index"]["level"], language),
        number(item["frequency_per_year"]["estimate"], language),
        number(item["annual_loss"]["mean"], language),
        shortened(item["title"][language], 60),
    )


def _level(code: str, language: str) -> str:
    words = messages(language)
    return words.text(f"cli.level.{code}") if f"cli.level.{code}" in words else code


def _measure(item: dict[str, Any], language: str) -> Row:
    return (
        item["code"],
        number(item["cost"]["estimate"], language),
        number(item["reduction"]["estimate"], language),
        shortened(item["title"][language], 60),
    )


def _idea(item: dict[str, Any], language: str) -> Row:
    return (
        item["operator"],
        item["title"][language],
        percent(item["delay_share"], language),
        item["risk"],
        item["statement"][language],
    )


def _indicator(item: dict[str, Any], language: str) -> Row:
    written = {"share": percent, "s": duration}.get(item["unit"], number)
    levels = (written(item[name], language) for name in ("baseline", "fire", "clear"))
    return (shortened(item["title"][language], 50), item["grain"], *levels, item["risk"] or "—")


def _plan(item: dict[str, Any], language: str) -> Row:
    return item["plan"], item["title"][language], _some(item["risks"]), item["reason"][language]


def _some(ids: Sequence[str], most: int = 3) -> str:
    more = f" +{len(ids) - most}" if len(ids) > most else ""
    return " ".join(ids[:most]) + more


def _stability(item: dict[str, Any], language: str) -> Row:
    return item["risk"], item["verdict"], item["text"][language]

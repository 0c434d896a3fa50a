"""What may be spent on measures: person-days, or money where the cost of a person-day is known."""

from collections.abc import Mapping
from typing import Any

from anlan.formats.wording import number as plain
from anlan.studies.options import LARGEST_BUDGET, Budget, parse_budget
from anlan.web.common.texts import language, text
from anlan.web.runs.asking.question import Question, Way, needed, number


def budget_question(name: str, title: str, given: str | None) -> Question:
    held = parse_budget(given) if given else None
    ways = (
        Way("none", text("runs.ask.budget.none"), note=text("runs.ask.budget.none_help")),
        _way("person_days", held, lambda given: f"{_amount(given, 'days')}d", "days"),
        _way("money", held, lambda given: _amount(given, "money"), "money"),
    )
    return Question(name, title, ways, held.unit if held else "none", note=text("runs.ask.budget.rate"))


def budget_said(given: str) -> str:
    held = parse_budget(given)
    unit = text("runs.ask.budget.person_days") if held.unit == "person_days" else held.currency or ""
    return f"{plain(held.amount, language())} {unit}".strip()


def _way(code: str, held: Budget | None, answer: Any, field: str) -> Way:
    start = held.amount if held and held.unit == code else None
    asked = number(text(f"runs.ask.budget.{field}"), initial=start, high=LARGEST_BUDGET)
    return Way(code, text(f"runs.ask.budget.{code}"), answer, {field: asked})


def _amount(given: Mapping[str, Any], name: str) -> str:
    return f"{needed(given, name):.6f}".rstrip("0").rstrip(".")

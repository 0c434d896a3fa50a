"""What a minute and a day of work cost: as fields, or a file. No rate is invented."""

import tomllib
from collections.abc import Mapping
from typing import Any

from django import forms

from anlan.formats.cost_file import LARGEST_RATE, RATES, SMALLEST_RATE
from anlan.formats.currencies import CURRENCIES
from anlan.formats.wording import number as plain
from anlan.web.common.texts import language, text
from anlan.web.runs.asking.known import Known
from anlan.web.runs.asking.question import Question, Unfit, Way, file_way, number


def costs_question(name: str, title: str, known: Known, given: str | None) -> Question:
    held = rates_of(given)
    ways = (
        Way("none", text("runs.ask.rates.none"), note=text("runs.ask.rates.none_help")),
        _rates(known, held),
        file_way("costs"),
    )
    return Question(name, title, ways, "rates" if held else "none")


def rates_of(given: str | None) -> dict[str, Any]:
    """The entries of a file of rates; empty where there is none or it cannot be read."""
    try:
        return tomllib.loads(given or "")
    except tomllib.TOMLDecodeError:
        return {}


def costs_said(given: str) -> str:
    """`CNY; customer minute 0.3; person-day 1,200`."""
    held = rates_of(given)
    rates = [
        f"{text(f'runs.ask.rates.{name}')} {plain(held[name], language())}" for name in RATES if name in held
    ]
    if not rates:
        return text("runs.fields.given_file", lines=len(given.splitlines()))
    return text("runs.ask.list").join([str(held.get("currency", "")), *rates])


def _rates(known: Known, held: Mapping[str, Any]) -> Way:
    start = str(held.get("currency") or known.currency or ("CNY" if language() == "zh" else "EUR")).upper()
    fields: dict[str, forms.Field] = {
        "currency": forms.ChoiceField(
            choices=[(code, code) for code in sorted(CURRENCIES)], initial=start, required=False,
            label=text("runs.ask.rates.currency"),
        ),
        **{
            name: number(text(f"runs.ask.rates.{name}"), initial=held.get(name), low=SMALLEST_RATE,
                         high=LARGEST_RATE)
            for name in RATES
        },
    }  # fmt: skip
    return Way("rates", text("runs.ask.rates.rates"), _written, fields, text("runs.ask.rates.help"))


def _written(given: Mapping[str, Any]) -> str:
    """The fields as a file of rates; those left empty are not written."""
    filled = [f"{name} = {given[name]!r}" for name in RATES if given[name] is not None]
    if not filled:
        raise Unfit(RATES[0], text("runs.ask.rates.one"))
    return "\n".join([f'currency = "{given["currency"]}"', *filled]) + "\n"

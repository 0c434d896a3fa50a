"""Redesigns tried in a twin as a study: read from a file or proposed, compared, searched, written as JSON
(schema `anlan.improve/1`)."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import anlan
from anlan.domain.interval import Interval
from anlan.formats.messages import in_both_languages
from anlan.formats.settings_bytes import SettingsBytes, read_once
from anlan.formats.spec_file import read_spec_file
from anlan.loop.improve.designs.applying import Design, answers, apply, cost_of, document_of, read_designs
from anlan.loop.improve.designs.comparing import MOST, PRECISION, Comparison, Difference, Outcome, compare
from anlan.loop.improve.designs.proposing import Place, Proposal, matrix
from anlan.loop.improve.designs.risk_years import Year
from anlan.loop.improve.designs.scheduled import fits, hours_a_week
from anlan.loop.improve.designs.searching import Found, search
from anlan.loop.improve.designs.series import MEASURED, process_of, tells_a_year
from anlan.loop.quantify.methods.process.process_hours import HOUR_S
from anlan.maths.progress import part
from anlan.studies.methods.values import check_values
from anlan.studies.twin.models import TwinModel
from anlan.studies.twin.proposals import resting_on

SCHEMA = "anlan.improve/1"
FAR = 0.25
"""Share of the mean time in the log beyond which the twin as it is does not stand for it."""


@dataclass(frozen=True)
class Tried:
    """What is asked: by, the figure ranked by; most: replications; budget: of a search, None for none;
    minutes_of: risks of the twin of which is told by how much they make cases take longer."""

    by: str = "cycle"
    seed: int = 0
    most: int = MOST
    precision: float = PRECISION
    budget: float | None = None
    minutes_of: tuple[str, ...] = ()


def designs_of_file(given: Path | SettingsBytes) -> tuple[Design, ...]:
    """The designs of a file (YAML, JSON or TOML). Errors: RefusedInput of the file; RefusedInputs."""
    document = read_spec_file(read_once(given, kind="spec"))
    check_values(document)
    return read_designs(document)


def with_design(model: TwinModel, asked: Design) -> TwinModel:
    """The model redesigned. Errors: RefusedInput `designs.*`."""
    given = apply(model.given, asked)
    if len(given.get("risks") or ()) != len(model.given.get("risks") or ()):
        given.pop("orders", None)  # orders of the risks there were
    return replace(model, given=given, as_is=model.given, design=section_of(model, asked))


def section_of(model: TwinModel, asked: Design) -> dict[str, Any]:
    """A design as results write it."""
    cost = cost_of(model.given, asked)
    return {
        "name": asked.name,
        "changes": [dict(change) for change in asked.changes],
        "says": says(asked),
        "cost": {"once": cost.once, "yearly": cost.yearly, "untold": list(cost.untold)},
    }


def says(asked: Design) -> list[dict[str, str]]:
    """What each change does, in both languages."""
    return [
        in_both_languages(f"designs.says.{change['operator']}", **_filled(answers(change)))
        for change in asked.changes
    ]


def _filled(change: Mapping[str, Any]) -> dict[str, Any]:
    """What texts are filled with: 1 for a factor or a chance that was left open."""
    one = {
        "factor": 1.0,
        "chance": 1.0,
        "hours": hours_a_week(change["there"]) if fits(len(change["there"])) else 0.0,
    }
    return {**one, **{name: one.get(name, "") if value is None else value for name, value in change.items()}}


def tried(
    model: TwinModel,
    proposals: Sequence[Proposal | Design],
    asked: Tried,
    *,
    card: Mapping[str, Any] | None = None,
    told: Callable[[str], None] = lambda name: None,
) -> dict[str, Any]:
    """The comparison, the matrix of the proposals and, with a budget, the search, as JSON.

    card: of the twin, where it was held against a log. Errors: as of `compare` and `search`.
    """
    designs = [each.design if isinstance(each, Proposal) else each for each in proposals]
    proposed = {each.design.name: each for each in proposals if isinstance(each, Proposal)}
    with part(0.0, 1.0 if asked.budget is None else 0.5):
        found = compare(model.given, designs, seed=asked.seed, precision=asked.precision, most=asked.most,
                        by=asked.by, minutes_of=asked.minutes_of, told=told)  # fmt: skip
    best = None
    if asked.budget is not None:
        with part(0.5, 1.0):
            best = search(model.given, designs, budget=asked.budget, seed=asked.seed, by=asked.by,
                          most=asked.most, alone=found, told=told)  # fmt: skip
    places = {place.name: place for place in matrix(model.given, designs, found)}
    return {
        "schema": SCHEMA,
        "version": anlan.__version__,
        "title": model.title,
        "seed": asked.seed,
        "log": _held_against(card, found) if card is not None else None,
        "no_year": _no_year(model),
        **_comparison(found),
        "designs": [
            {
                **section_of(model, outcome.design),
                **_outcome(found, number),
                "place": _place(places[outcome.name]),
                "proposal": _proposal(model, proposed.get(outcome.name), places[outcome.name]),
            }
            for number, outcome in enumerate(found.outcomes)
            if outcome.design is not None
        ],
        "search": _search(best) if best is not None else None,
    }


def document(proposals: Sequence[Proposal | Design]) -> dict[str, Any]:
    """The designs as a file to edit: costs and factors are for the reader to fill in."""
    return document_of([each.design if isinstance(each, Proposal) else each for each in proposals])


def _no_year(model: TwinModel) -> dict[str, Any] | None:
    """Why nothing is said of a year: so few hours count that they hold no week."""
    asked = process_of(model.given)
    if tells_a_year(asked):
        return None
    hours = (asked.until_s - asked.warm_up_s) / HOUR_S
    return {"hours": hours, "text": in_both_languages("designs.no_year", hours=hours)}


def _held_against(card: Mapping[str, Any], found: Comparison) -> dict[str, Any]:
    """The verdict of the card, and the mean time of a case in the log beside that of the twin as it is."""
    mean = card["durations_s"]["log"]["mean"] / 60
    here = found.as_is.figures.get("cycle")
    far = here is None or abs(here.estimate - mean) > FAR * mean
    return {"verdict": card["verdict"], "mean_min": mean, "far": far}


def _comparison(found: Comparison) -> dict[str, Any]:
    return {
        "by": found.by,
        "replications": found.replications,
        "precision": {"asked": found.precision, "widest": found.half_width, "held": found.reached},
        "as_is": {
            "figures": _intervals(found.as_is.figures),
            "risks_add": _intervals(found.as_is.risks.added) if found.as_is.risks else None,
            "rank": found.ranked.index(0) + 1,
            "may_be_best": found.may_be_best(0),
            "loses_at_most": found.loses_at_most(0),
            "nobody_served": found.as_is.nobody_served,
            "year": _year(found.as_is.year),
        },
        "pairs": [
            {"first": pair.first or None, "second": pair.second, **_interval(pair.interval), "p": pair.p,
             "real": pair.real}
            for pair in found.pairs
        ],
    }  # fmt: skip


def _outcome(found: Comparison, number: int) -> dict[str, Any]:
    of: Outcome = found.outcomes[number]
    return {
        "replications": of.replications,
        "figures": _intervals(of.figures),
        "differences": {
            name: _difference(of.differences[name]) if name in of.differences else None for name in MEASURED
        },
        "risks_add": _intervals(of.risks.added) if of.risks else None,
        "yearly_gain": _interval(of.yearly_gain) if of.yearly_gain else None,
        "payback_years": of.payback_years,
        "rank": found.ranked.index(number) + 1,
        "may_be_best": found.may_be_best(number),
        "serves_fewer": found.serves_fewer(number),
        "loses_at_most": found.loses_at_most(number),
        "nobody_served": of.nobody_served,
        "year": _year(of.year),
    }


def _year(of: Year | None) -> dict[str, Any] | None:
    """What each risk does in a year."""
    if of is None:
        return None
    return {
        "cases": _interval(of.cases),
        "risks": [
            {"name": name, "times": _interval(each.times),
             "money": _interval(each.money) if each.money else None,
             "minutes": _interval(each.minutes) if each.minutes else None}
            for name, each in of.risks.items()
        ],
    }  # fmt: skip


def _difference(of: Difference) -> dict[str, Any]:
    return {**_interval(of.interval), "level": of.interval.level, "p": of.p, "verdict": of.verdict,
            "pairs": of.pairs}  # fmt: skip


def _place(of: Place) -> dict[str, Any]:
    """Where the design stands in the innovation matrix."""
    return {
        "changed": of.changed, "difference": of.difference, "effort": of.effort, "spend": of.spend,
        "gain": _interval(of.gain) if of.gain is not None else None,
    }  # fmt: skip


def _proposal(model: TwinModel, of: Proposal | None, place: Place) -> dict[str, Any] | None:
    if of is None:
        return None
    return {
        "operator": of.operator,
        "idea": of.pack,
        **resting_on(model.given, of),
        "difference": place.difference,
        "gain": _interval(place.gain) if place.gain is not None else None,
    }


def _search(found: Found) -> dict[str, Any]:
    return {
        "budget": found.budget,
        "candidates": [
            {"name": each.design.name, "gain": each.gain, "spend": each.spend,
             "untold": each.untold, "verdict": each.verdict, "serves_fewer": each.serves_fewer}
            for each in found.candidates
        ],
        "interactions": [
            {"first": found.candidates[i].design.name, "second": found.candidates[j].design.name,
             "gain": more}
            for (i, j), more in found.interactions.items()
        ],
        "sets_tried": found.sets_tried,
        "finalists": [
            {
                "members": [found.candidates[i].design.name for i in each.members],
                "spend": each.spend,
                "proxy": each.proxy,
                "searched": each.searched,
                "verified": _verified(found, number),
                "optimism": each.optimism,
                "worse": _worse(found, number),
            }
            for number, each in enumerate(found.finalists)
        ],
        "chosen": found.chosen,
    }  # fmt: skip


def _verified(found: Found, number: int) -> dict[str, Any]:
    """What the set saves, with new luck."""
    assert found.verified is not None
    difference = found.verified.outcomes[number + 1].differences.get(found.by)
    if difference is None:
        return {"estimate": None, "low": None, "high": None, "verdict": "unclear"}
    saved = difference.interval
    return {
        "estimate": -saved.estimate,
        "low": -saved.high,
        "high": -saved.low,
        "verdict": difference.verdict,
    }


def _worse(found: Found, number: int) -> list[str]:
    """Figures that the set makes really worse, with new luck."""
    assert found.verified is not None
    differences = found.verified.outcomes[number + 1].differences
    return [name for name, each in differences.items() if each.verdict == "worse"]


def _intervals(of: Mapping[str, Interval]) -> dict[str, Any]:
    """Every figure; None where it cannot be told."""
    return {name: _interval(of[name]) if name in of else None for name in MEASURED}


def _interval(of: Interval) -> dict[str, float]:
    return {"estimate": of.estimate, "low": of.low, "high": of.high}

"""How a twin does, at a glance: the main figures of its newest run with their intervals."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from anlan.formats import wording
from anlan.web.common.texts import language, text, word
from anlan.web.runs.results import result_of
from anlan.web.studio.models import Twin

_DASH = "—"
_BUSY = 0.85
"""From this share of the planned time on a team is said to be short: lines grow fast above it."""


@dataclass(frozen=True)
class Figure:
    """value, within: in words; within is empty where there is no interval."""

    name: str
    value: str
    within: str


@dataclass(frozen=True)
class Team:
    """A team: share of its planned time that it is busy, from 0 to 1 for its bar, and with its interval."""

    name: str
    share: float
    value: str
    within: str
    is_short: bool


@dataclass(frozen=True)
class MainFigures:
    figures: list[Figure]
    teams: list[Team]
    said: str


def main_figures(twin: Twin) -> MainFigures | None:
    """None where nobody has run the twin. Errors: RefusedInput where the result's file is gone."""
    run = twin.simulated_by
    if run is None:
        return None
    result = result_of(run)
    said = text("studio.glance.of", n=result["replications"], cases=result["cases"])
    return MainFigures(_figures(result), _teams(result["pools"]), said)


def _figures(result: Mapping[str, Any]) -> list[Figure]:
    lang = language()
    cycle, cost = result["cycle_s"], (result["cost"], result["cost_ci95"])
    return [
        _figure("cycle", cycle["mean"], cycle["ci95"], lambda of: wording.duration(of, lang)),
        _figure("p95", cycle["p95"], cycle["p95_ci95"], lambda of: wording.duration(of, lang)),
        _figure("waiting", result["waiting_s"]["mean"], result["waiting_s"]["ci95"],
                lambda of: wording.duration(of, lang)),
        _figure("late", result["sla_breach"]["rate"], result["sla_breach"]["ci95"],
                lambda of: wording.percent(of, lang)),
        _figure("lost", result["lost"]["rate"], result["lost"]["ci95"], lambda of: wording.percent(of, lang)),
        _figure("cost", *cost, lambda of: wording.number(of, lang)),
    ]  # fmt: skip


def _figure(
    code: str, value: float | None, within: Sequence[float] | None, said: Callable[[float], str]
) -> Figure:
    name = text("studio.glance.p95") if code == "p95" else word(f"designs.figures.{code}") or code
    return Figure(name, _DASH if value is None else said(value), _within(within, said))


def _within(within: Sequence[float] | None, said: Callable[[float], str]) -> str:
    if within is None:
        return ""
    return text("studio.interval", low=said(within[0]), high=said(within[1]))


def _teams(pools: Sequence[Mapping[str, Any]]) -> list[Team]:
    """The busiest first; pools that stand for opening hours have no use to tell."""
    lang = language()

    def percent(of: float) -> str:
        return wording.percent(of, lang)

    known = [pool for pool in pools if pool["utilisation"] is not None]
    return [
        Team(pool["name"], min(1.0, pool["utilisation"]), percent(pool["utilisation"]),
             _within(pool["utilisation_ci95"], percent), pool["utilisation"] >= _BUSY)
        for pool in sorted(known, key=lambda pool: -pool["utilisation"])
    ]  # fmt: skip

"""Whether the weeks left out at the beginning of a process are enough: by a rule, and beyond chance.

The cases under way say how far the queues have come, see `maths.simulation.steady_state`. Where anything
follows the hours of the week, whole weeks are compared that begin six hours apart; else hours.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from anlan.domain.method import Chart, Note
from anlan.loop.quantify.methods.process.process_hours import HOUR_S, WEEK_S
from anlan.loop.quantify.methods.process.process_inputs import ProcessAsked
from anlan.loop.quantify.methods.process.process_runs import Runs
from anlan.maths.simulation.steady_state import (
    Floats,
    by_cycle,
    moves_at,
    still_moving,
    under_way,
    warm_up,
    warm_up_by_cycle,
)

_STEP_H, _STEPS_A_WEEK = 6, 28
_LEAST_STEPS, _LEAST_HOURS = 3 * _STEPS_A_WEEK, 50
"""That a proposal needs at least."""
_POINTS = 300
"""Of the picture."""


@dataclass(frozen=True, eq=False)
class WarmUpFound:
    """proposed_weeks: None where the runs are too short to tell; moving: after the weeks left out, beyond
    chance; course: mean cases under way, by the hour it begins at."""

    given_weeks: float
    proposed_weeks: float | None
    moving: bool
    span_h: float
    course: Floats

    @property
    def notes(self) -> tuple[list[Note], list[Note]]:
        """Assumptions and warnings."""
        told = {"given": self.given_weeks}
        if self.proposed_weeks is None:
            return [], [Note("process.never_usual", told)] if self.moving else []
        told["proposed"] = self.proposed_weeks
        if self.moving and self.proposed_weeks > self.given_weeks:
            return [], [Note("process.warm_up_short", told)]
        code = "warm_up_enough" if self.given_weeks else "warm_up_proposed"
        return [Note(f"process.{code}", told)], []

    @property
    def chart(self) -> Chart:
        every = max(1, len(self.course) // _POINTS)
        hours = np.arange(len(self.course)) * self.span_h
        series: list[dict[str, Any]] = [{"name": "under_way", "values": self.course[::every].tolist()}]
        return Chart(
            "under_way", {"x": {"name": "hours", "values": hours[::every].tolist()}, "series": series}
        )


def find_warm_up(asked: ProcessAsked, runs: Runs) -> WarmUpFound | None:
    """None where the runs are too short for any proposal."""
    weekly = _follows_the_week(asked)
    span_h = _STEP_H if weekly else 1
    n = int(asked.until_s / HOUR_S) // span_h
    if n < (_LEAST_STEPS if weekly else _LEAST_HOURS):
        return None
    borders = np.arange(n + 1.0) * (span_h * HOUR_S)
    values = np.array([
        under_way(come.arrivals.times, come.arrivals.times + run.cycle_s, borders)
        for come, run in zip(runs.coming, runs.runs, strict=True)
    ])  # fmt: skip
    begin = int(asked.warm_up_s / HOUR_S / span_h)
    if weekly:
        values = by_cycle(values, _STEPS_A_WEEK)
        found = warm_up_by_cycle(values, _STEPS_A_WEEK)
        moving = moves_at(values, min(begin, values.shape[1] - 1), _STEPS_A_WEEK)
    else:
        found = warm_up(values)
        end = n // 2 if found.proposed is None else found.proposed
        moving = begin < end and still_moving(values[:, begin:end].mean(axis=1), values[:, end:].mean(axis=1))
    return WarmUpFound(
        asked.warm_up_s / WEEK_S,
        None if found.proposed is None else found.proposed * span_h * HOUR_S / WEEK_S,
        moving,
        float(span_h),
        found.course,
    )


def _follows_the_week(asked: ProcessAsked) -> bool:
    network = asked.network
    rates: Sequence[Sequence[float]] = [asked.rates, *(each.rates for each in asked.disturbances)]
    return (
        any(len(set(each)) > 1 for each in rates)
        or any(each.weekly for each in asked.appointments)
        or any(pool.schedule for pool in network.pools)
        or any(len(set(risk.hours)) > 1 for risk in network.risks)
    )

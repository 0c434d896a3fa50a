"""A process run more and more often, with the same luck in each replication as every other one compared."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from anlan.loop.improve.designs.people import WEEKS_A_YEAR
from anlan.loop.quantify.methods.process.process_fields import FIELDS
from anlan.loop.quantify.methods.process.process_hours import WEEK_S
from anlan.loop.quantify.methods.process.process_inputs import ProcessAsked, read_process
from anlan.loop.quantify.methods.process.process_runs import FIGURES, happened_by_run, losses, run_process
from anlan.loop.quantify.methods.reading import read_inputs

YEARLY, LOSS = "yearly_cost", "yearly_loss"
MEASURED = (*FIGURES, YEARLY, LOSS)
"""Figures of each replication; `yearly_cost`: that of all cases that arrive in a year; `yearly_loss`: what
the risks that happen in a year and the complaints cost, without anybody's time. Not a number where less than
a week counts: a few hours say nothing of a year."""
OF_A_YEAR = (YEARLY, LOSS)
_AT_ONCE = 2


def process_of(inputs: Mapping[str, Any]) -> ProcessAsked:
    """The process that the inputs of `process_simulation` describe; how often it runs is asked elsewhere,
    and the shares of its risks are not asked for: a design may have more or fewer risks.

    Errors: RefusedInputs with every fault, each at its place.
    """
    return read_process(read_inputs(FIELDS, {**inputs, "replications": _AT_ONCE, "orders": 0}))


def tells_a_year(asked: ProcessAsked) -> bool:
    """Whether a whole week counts, with all its hours."""
    return asked.until_s - asked.warm_up_s >= WEEK_S * (1.0 - 1e-9)


def counted_weeks(asked: ProcessAsked) -> float:
    """How much time counts in a replication."""
    return (asked.until_s - asked.warm_up_s) / WEEK_S


class Series:
    """Replications of a process from number 0 on, as many as have been asked for.

    cases  (n,) that arrive in a year; times: of each risk (n,) how often it happens in a year. Not a number
           where less than a week counts
    """

    def __init__(self, asked: ProcessAsked, seed: int, *, without: Collection[str] = ()) -> None:
        self.asked, self.seed, self.without = asked, seed, tuple(without)
        self._of: dict[str, np.ndarray] = {name: np.zeros(0) for name in MEASURED}
        self.cases = np.zeros(0)
        self.times: dict[str, np.ndarray] = {name: np.zeros(0) for name in asked.risks}

    def __len__(self) -> int:
        return len(self._of["cycle"])

    def __getitem__(self, figure: str) -> np.ndarray:
        return self._of[figure]

    def extend(self, to: int) -> None:
        """Run until there are `to` replications."""
        more = to - len(self)
        if more <= 0:
            return
        asked = replace(self.asked, replications=more)
        found = run_process(asked, self.seed, without=self.without, first=len(self))
        weeks = counted_weeks(asked) if tells_a_year(asked) else np.nan
        cases = np.array([int(of.sum()) for of in found.counted]) * (WEEKS_A_YEAR / weeks)
        new = {name: getattr(found.measured, name) for name in FIGURES}
        new[YEARLY] = found.measured.cost * cases
        new[LOSS] = losses(asked, found, self.without) * (WEEKS_A_YEAR / weeks)
        self.cases = np.concatenate((self.cases, cases))
        for name, times in happened_by_run(asked, found, self.without).items():
            self.times[name] = np.concatenate((self.times[name], times * (WEEKS_A_YEAR / weeks)))
        self._of = {name: np.concatenate((self._of[name], new[name])) for name in MEASURED}

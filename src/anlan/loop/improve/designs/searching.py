"""The best combination of designs under a budget, found by a proxy and verified on luck not used to find it.

1. Each candidate alone, beside the process as it is: its gain, with the luck of the search.
2. The best few in pairs: what two gain together beyond the sum. Pairs that cannot both be made exclude each
   other.
3. Proxy of a set: gains of its members and interactions of its pairs. Of the candidates that gain, up to 16,
   all sets within the budget are tried, so that the best by the proxy is exact.
4. The best few sets run with the luck of the search, and again with new luck: the second is the estimate. The
   first is too good by the difference, because the sets were chosen for it (the optimism of a search). The
   chosen one has the largest of these few estimates and so is a little too good still; its interval holds,
   as it is made for all of them at once.

Sets that cannot be made together are passed over, also where every pair of them can. So are candidates and
sets that lose more cases, where the figure is of the cases served: who gives up waits no longer, and shortens
the line for the rest.
Interactions of three and more, and of pairs that were not run, are taken to be nothing.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, islice
from typing import Any

import numpy as np

from anlan.domain.errors import RefusedInput, UsageError
from anlan.loop.improve.designs.applying import Design, apply, cost_of
from anlan.loop.improve.designs.comparing import Comparison, compare
from anlan.maths.progress import part

MOST_CANDIDATES = 16
PAIRED, FINALISTS, YEARS = 4, 4, 1.0
_NEW_LUCK = 1_000_003


@dataclass(frozen=True)
class Candidate:
    """gain: of the figure, less is better; spend: once and the years' cost; untold: no cost is known.
    serves_fewer: it loses more cases, and the figure is of those served."""

    design: Design
    gain: float
    spend: float
    untold: bool
    verdict: str
    serves_fewer: bool = False


@dataclass(frozen=True)
class Finalist:
    """A set: numbers of its candidates from 0; proxy, searched, verified: gain by the proxy, with the luck of
    the search, with new luck."""

    design: Design
    members: tuple[int, ...]
    spend: float
    proxy: float
    searched: float
    verified: float

    @property
    def optimism(self) -> float:
        """By how much the search was too good."""
        return self.searched - self.verified


@dataclass(frozen=True)
class Found:
    """alone: every candidate by itself; verified: the finalists with new luck, the process as it is first.
    chosen: number of the finalist with the largest gain with new luck, of those that do not lose more cases
    where the figure is of those served; None where none gains."""

    candidates: tuple[Candidate, ...]
    alone: Comparison
    interactions: Mapping[tuple[int, int], float]
    sets_tried: int
    finalists: tuple[Finalist, ...]
    verified: Comparison | None
    chosen: int | None
    budget: float
    by: str


def search(
    inputs: Mapping[str, Any],
    designs: Sequence[Design],
    *,
    budget: float,
    seed: int = 0,
    by: str = "cycle",
    most: int = 60,
    years: float = YEARS,
    alone: Comparison | None = None,
    told: Callable[[str], None] = lambda name: None,
) -> Found:
    """budget: to be spent in the first `years`; alone: every design by itself with `seed` and `by`, where
    that was compared before. Errors: as of `compare`; UsageError `designs.budget`."""
    if not budget >= 0.0:
        raise UsageError("designs.budget", found=budget)

    def compared(several: Sequence[Design], luck: int = seed, with_risks: bool = False) -> Comparison:
        return compare(inputs, several, seed=luck, by=by, most=most, with_risks=with_risks, told=told)

    if alone is None:
        with part(0.0, 0.4):
            alone = compared(designs)
    candidates = tuple(_candidate(inputs, alone, number, years) for number in range(1, len(designs) + 1))
    proxy = _Proxy(candidates, _excluded(inputs, designs), {})
    with part(0.4, 0.65):
        proxy = _Proxy(candidates, proxy.excluded, _interactions(proxy, compared))
    sets, tried = proxy.best_sets(budget, lambda members: _makeable(inputs, [designs[i] for i in members]))
    if not sets:
        return Found(candidates, alone, proxy.interactions, tried, (), None, None, budget, by)
    joint = [_together([designs[i] for i in members]) for members, _ in sets]
    with part(0.65, 0.8):
        searched = compared(joint)
    with part(0.8, 1.0):
        verified = compared(joint, seed + _NEW_LUCK, True)
    finalists = tuple(
        Finalist(joint[n], members, sum(candidates[i].spend for i in members), value,
                 gain_of(searched, n + 1), gain_of(verified, n + 1))
        for n, (members, value) in enumerate(sets)
    )  # fmt: skip
    gaining = [
        n for n, each in enumerate(finalists) if each.verified > 0.0 and not verified.serves_fewer(n + 1)
    ]
    chosen = max(gaining, key=lambda n: finalists[n].verified, default=None)
    return Found(candidates, alone, proxy.interactions, tried, finalists, verified, chosen, budget, by)


def gain_of(found: Comparison, number: int) -> float:
    """What an outcome saves of the figure ranked by; 0 where that cannot be told."""
    known = found.outcomes[number].differences.get(found.by)
    return -known.interval.estimate if known is not None else 0.0


def _candidate(inputs: Mapping[str, Any], alone: Comparison, number: int, years: float) -> Candidate:
    outcome = alone.outcomes[number]
    assert outcome.design is not None
    cost = cost_of(inputs, outcome.design)
    spend = cost.once + max(0.0, cost.yearly) * years
    return Candidate(
        outcome.design,
        gain_of(alone, number),
        spend,
        bool(cost.untold),
        known.verdict if (known := outcome.differences.get(alone.by)) is not None else "unclear",
        alone.serves_fewer(number),
    )


def _excluded(inputs: Mapping[str, Any], designs: Sequence[Design]) -> set[tuple[int, int]]:
    """Pairs that cannot both be made."""
    return {
        (i, j)
        for i, j in combinations(range(len(designs)), 2)
        if not _makeable(inputs, [designs[i], designs[j]])
    }


def _makeable(inputs: Mapping[str, Any], designs: Sequence[Design]) -> bool:
    try:
        apply(inputs, _together(designs))
    except RefusedInput:
        return False
    return True


def _together(designs: Sequence[Design]) -> Design:
    return Design(
        " + ".join(each.name for each in designs),
        tuple(change for each in designs for change in each.changes),
    )


@dataclass(frozen=True)
class _Proxy:
    """What is known of sets: candidates alone, pairs that exclude each other, pairs that were run."""

    candidates: Sequence[Candidate]
    excluded: set[tuple[int, int]]
    interactions: Mapping[tuple[int, int], float]

    @property
    def gaining(self) -> list[int]:
        """Numbers of the candidates that gain and serve no fewer, the best first."""
        of = self.candidates
        best = sorted(range(len(of)), key=lambda i: -of[i].gain)
        return [i for i in best if of[i].gain > 0.0 and not of[i].serves_fewer][:MOST_CANDIDATES]

    def best_sets(
        self, budget: float, makeable: Callable[[Sequence[int]], bool] = lambda members: True
    ) -> tuple[list[tuple[tuple[int, ...], float]], int]:
        """The sets with the largest proxy that can be made, cheaper ones first among equals; how many are
        within budget."""
        numbers = sorted(self.gaining)
        at = {number: place for place, number in enumerate(numbers)}
        members = (np.arange(1, 1 << len(numbers))[:, None] >> np.arange(len(numbers))) & 1 == 1
        spend = members @ np.array([self.candidates[i].spend for i in numbers])
        value = members @ np.array([self.candidates[i].gain for i in numbers])
        fits = spend <= budget * (1 + 1e-12)
        for (i, j), more in self.interactions.items():
            value = value + more * (members[:, at[i]] & members[:, at[j]])
        for i, j in self.excluded:
            if i in at and j in at:
                fits &= ~(members[:, at[i]] & members[:, at[j]])
        order = [k for k in np.lexsort((members.sum(axis=1), spend, -value)) if fits[k] and value[k] > 0.0]
        sets = ((tuple(numbers[i] for i in np.flatnonzero(members[k])), float(value[k])) for k in order)
        made = (each for each in sets if len(each[0]) <= 2 or makeable(each[0]))
        return list(islice(made, FINALISTS)), int(fits.sum())


def _interactions(
    proxy: _Proxy, compared: Callable[[Sequence[Design]], Comparison]
) -> dict[tuple[int, int], float]:
    """What pairs of the best gain beyond the sum of both."""
    of = proxy.candidates
    pairs = [pair for pair in combinations(sorted(proxy.gaining[:PAIRED]), 2) if pair not in proxy.excluded]
    if not pairs:
        return {}
    found = compared([_together([of[i].design, of[j].design]) for i, j in pairs])
    return {(i, j): gain_of(found, n) - of[i].gain - of[j].gain for n, (i, j) in enumerate(pairs, start=1)}

"""Belief functions: evidence that may support sets of hypotheses, and what to do where sources conflict.

A mass function gives shares of belief, together 1, to sets of hypotheses; a set is an integer whose bits are
its members. Belief of a set: masses of its subsets; plausibility: masses of the sets that meet it.
Dempster's rule drops conflicting products and scales the rest by 1 / (1 - K); with K near 1 it can be certain
of what every source thought nearly impossible (Zadeh 1984). Yager (1987) gives the conflict to "unknown";
Murphy (2000), doi:10.1016/S0167-9236(99)00084-6, averages first. Sources must be independent.
"""

from collections.abc import Mapping, Sequence

from anlan.domain.errors import NotEnoughData

Masses = Mapping[int, float]
TOTAL_CONFLICT = 1e-12


def discounted(masses: Masses, *, reliability: float, everything: int) -> dict[int, float]:
    """A source trusted only in part: the rest of its belief goes to the whole frame (Shafer 1976)."""
    weaker = {each: reliability * mass for each, mass in masses.items()}
    weaker[everything] = weaker.get(everything, 0.0) + 1 - reliability
    return weaker


def conjunction(first: Masses, second: Masses) -> dict[int, float]:
    """Products given to intersections; the empty set (0) holds the conflict K."""
    together: dict[int, float] = {}
    for a, mass in first.items():
        for b, other in second.items():
            together[a & b] = together.get(a & b, 0.0) + mass * other
    return together


def all_together(sources: Sequence[Masses]) -> dict[int, float]:
    """Conjunction of all sources, the conflict still in the empty set."""
    together = dict(sources[0])
    for each in sources[1:]:
        together = conjunction(together, each)
    return together


def dempster(sources: Sequence[Masses]) -> dict[int, float]:
    """Errors: NotEnoughData where the sources contradict each other totally.

    >>> {k: round(m, 3) for k, m in dempster([{1: 0.8, 3: 0.2}, {2: 0.5, 3: 0.5}]).items()}
    {1: 0.667, 2: 0.167, 3: 0.167}
    """
    together = all_together(sources)
    kept = sum(mass for each, mass in together.items() if each)
    if kept <= TOTAL_CONFLICT:
        raise NotEnoughData("evidence.total_conflict", sources=len(sources))
    return {each: mass / kept for each, mass in sorted(together.items()) if each and mass > 0}


def yager(sources: Sequence[Masses], *, everything: int) -> dict[int, float]:
    """The conflict of all sources together goes to the whole frame."""
    together = all_together(sources)
    conflict = together.pop(0, 0.0)
    together[everything] = together.get(everything, 0.0) + conflict
    return {each: mass for each, mass in sorted(together.items()) if mass > 0}


def average(sources: Sequence[Masses]) -> dict[int, float]:
    """Mean of the masses: keeps what each source said, and does not reinforce agreement."""
    sets = sorted({each for masses in sources for each, mass in masses.items() if mass > 0})
    return {each: sum(masses.get(each, 0.0) for masses in sources) / len(sources) for each in sets}


def murphy(sources: Sequence[Masses]) -> dict[int, float]:
    """The average, combined with itself by Dempster's rule as often as there are further sources."""
    return dempster([average(sources)] * len(sources))


def belief(masses: Masses, of: int) -> float:
    """What must be true if the evidence is."""
    return sum(mass for each, mass in masses.items() if each and each & of == each)


def plausibility(masses: Masses, of: int) -> float:
    """What the evidence does not speak against."""
    return sum(mass for each, mass in masses.items() if each & of)


def betting_share(masses: Masses, of: int) -> float:
    """Each mass shared evenly by the members of its set (pignistic probability, Smets and Kennes 1994)."""
    return sum(mass * (each & of).bit_count() / each.bit_count() for each, mass in masses.items() if each)

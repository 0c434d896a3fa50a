"""Common causes: events of like parts that fail together more often than by chance.

A group of n members with total probability Q each is unfolded: a member happens by itself or with any of the
combinations it belongs to, each combination a basic event of its own. A combination of k members has the
probability f_k Q:

beta     factors (beta): f_1 = 1 - beta, f_n = beta
mgl      factors (beta, gamma, ...), n - 1 of them: f_k = prod(rho_1 .. rho_k) (1 - rho_(k+1)) / C(n-1, k-1)
         with rho_1 = 1, rho_2 = beta, rho_3 = gamma, ..., rho_(n+1) = 0
alpha    factors (alpha_1 .. alpha_n): f_k = k alpha_k / (C(n-1, k-1) sum(j alpha_j)), tests not staggered

A. Mosleh et al. (1988), Procedures for treating common cause failures, NUREG/CR-4780.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from anlan.domain.errors import RefusedInput
from anlan.maths.fault_trees.model import FaultTree, Gate

MODELS = ("beta", "mgl", "alpha")
MOST_MEMBERS = 10


@dataclass(frozen=True)
class CommonCause:
    """members: basic events with one and the same probability. model, factors: see above."""

    name: str
    members: tuple[str, ...]
    model: str
    factors: tuple[float, ...]

    def shares(self) -> tuple[float, ...]:
        """f_1 .. f_n. Errors: RefusedInput `fault_tree.common_cause_*`."""
        n, given = len(self.members), self.factors
        if not 2 <= n <= MOST_MEMBERS or len(set(self.members)) != n:
            raise RefusedInput("fault_tree.common_cause_members", where=self.name, found=n, most=MOST_MEMBERS)
        if self.model not in MODELS:
            raise RefusedInput(
                "fault_tree.common_cause_model", where=self.name, found=self.model, known=MODELS
            )
        expected = {"beta": 1, "mgl": n - 1, "alpha": n}[self.model]
        wrong = len(given) != expected or not all(0 <= each <= 1 for each in given)
        if wrong or (self.model == "alpha" and sum(given) <= 0):
            raise RefusedInput(
                "fault_tree.common_cause_factors", where=self.name, model=self.model, expected=expected
            )
        if self.model == "beta":
            return (1 - given[0], *[0.0] * (n - 2), given[0])
        if self.model == "mgl":
            rho = (1.0, *given, 0.0)
            return tuple(math.prod(rho[:k]) * (1 - rho[k]) / math.comb(n - 1, k - 1) for k in range(1, n + 1))
        total = sum(k * each for k, each in enumerate(given, start=1))
        return tuple(k * each / (math.comb(n - 1, k - 1) * total) for k, each in enumerate(given, start=1))


@dataclass(frozen=True)
class Unfolded:
    """parts: basic event of the new tree -> (event whose probability it takes, factor on it).
    combined: the events that stand for several members -> those members."""

    tree: FaultTree
    parts: Mapping[str, tuple[str, float]]
    combined: Mapping[str, tuple[str, ...]]


def with_common_causes(tree: FaultTree, groups: Sequence[CommonCause]) -> Unfolded:
    """The tree with every member of a group a gate over its combinations, named `[a, b]`.

    Errors: RefusedInput where a member is no basic event or in two groups, or the factors do not fit.
    """
    parts: dict[str, tuple[str, float]] = {name: (name, 1.0) for name in tree.events}
    combined: dict[str, tuple[str, ...]] = {}
    gates = dict(tree.gates)
    for group in groups:
        unknown = [name for name in group.members if name not in parts or name in gates]
        if unknown:
            raise RefusedInput("fault_tree.common_cause_event", where=group.name, found=unknown)
        source = group.members[0]
        below: dict[str, list[str]] = {name: [] for name in group.members}
        for k, share in enumerate(group.shares(), start=1):
            for chosen in combinations(group.members, k) if share > 0 else ():
                name = f"[{', '.join(chosen)}]"
                if name in parts or name in gates:
                    raise RefusedInput("fault_tree.name_twice", where=name)
                parts[name] = (source, share)
                if k > 1:
                    combined[name] = chosen
                for member in chosen:
                    below[member].append(name)
        for member in group.members:
            gates[member] = Gate("or", tuple(below[member]))
            del parts[member]
    return Unfolded(FaultTree(gates, tuple(parts), tree.houses), parts, combined)

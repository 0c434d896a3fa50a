"""How the cases of a log conform to a designed process.

1. Activities are matched to steps by name (`matching`); what no step stands for costs a move each.
2. Each variant is aligned optimally (`maths.process_models.alignments`), once for all its cases.
3. Fitness = 1 - cost / worst, worst being the events of the case and the cheapest run of the model, all of
   them without a partner: 0 where nothing fits, 1 where all does. Of the log: the same of the sums over all
   cases; of cases: the mean over the cases.
4. Deviations by step: a model move is a step left out (`skipped`), a log move an activity done where the
   model has no place for it (`inserted`); a skip and an insertion of one activity in one case are one step
   done at another point (`moved`). Activities that no step stands for are `unknown`.
5. Precision by escaping edges (`maths.process_models.precision`).

Where a search ended before it had proven its alignment, cost and deviations of that variant are those of the
cheapest found; `Fitness.at_most` takes the proven bounds instead.

Sources: van der Aalst, Adriansyah and van Dongen 2012, doi:10.1002/widm.1045, section 4 (fitness).
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from anlan.domain.design import Design
from anlan.domain.errors import UsageError
from anlan.domain.event_log import EventLog
from anlan.domain.interval import Interval
from anlan.loop.identify.conformance.case_variants import CaseVariants, case_variants
from anlan.loop.identify.conformance.design_nets import net_of_design
from anlan.loop.identify.conformance.matching import Matched, match
from anlan.maths.process_models.alignments import (
    DEFAULT_BUDGET,
    Aligner,
    Alignment,
    SearchBudget,
    align_all,
)
from anlan.maths.process_models.markings import Markings, Soundness, soundness
from anlan.maths.process_models.nets import Net
from anlan.maths.process_models.precision import Precision, escaping_edges
from anlan.maths.rates import wilson

SKIPPED, INSERTED, MOVED, UNKNOWN = "skipped", "inserted", "moved", "unknown"
KINDS = (SKIPPED, INSERTED, MOVED, UNKNOWN)


@dataclass(frozen=True, eq=False)
class Deviation:
    """kind: of `KINDS`; step: key of the step, empty where it is unknown; name: of the activity or the step.

    events   how often, over all cases       share   of the cases looked at, with its interval
    cases    int64 numbers of the cases hit, ascending
    """

    kind: str
    step: str
    name: str
    events: int
    cases: NDArray[np.int64]
    share: Interval


@dataclass(frozen=True, eq=False)
class Fitness:
    """of_log: 1 - sum of costs / sum of worst costs; at_most: with the proven bounds in place of costs.
    of_cases: mean over the cases; fitting: share of the cases without a deviation; variants float64."""

    of_log: float
    at_most: float
    of_cases: float
    fitting: Interval
    variants: NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Conformance:
    """alignments: per variant, the commonest first. cases_left_out: with events, but not looked at.
    dead_steps, approximated: keys of steps that can never be done, and of OR gateways not taken exactly.
    shortest: visible steps of the cheapest run of the model; deviations: those of most cases first."""

    variants: CaseVariants
    net: Net
    alignments: tuple[Alignment, ...]
    fitness: Fitness
    precision: Precision | None
    deviations: tuple[Deviation, ...]
    matched: Matched
    soundness: Soundness
    dead_steps: tuple[str, ...]
    approximated: tuple[str, ...]
    shortest: int
    cases_left_out: int

    @property
    def n_cases(self) -> int:
        return len(self.variants.cases)

    @property
    def unproven(self) -> int:
        """Variants whose alignment was not proven to be the cheapest."""
        return sum(not alignment.is_optimal for alignment in self.alignments)

    @property
    def model_verdict(self) -> str:
        """`sound`; `stuck` where some way never reaches the end; `dead` where a step can never be done;
        `unknown` where the model is too large to tell."""
        if self.soundness.stuck:
            return "stuck"
        if self.dead_steps:
            return "dead"
        return "unknown" if self.soundness.verdict == "unknown" else "sound"


def conform(
    log: EventLog,
    design: Design,
    *,
    among: NDArray[np.bool_] | None = None,
    budget: SearchBudget = DEFAULT_BUDGET,
) -> Conformance:
    """The cases in `among` (bool per case; None: all) against the design.

    UsageError where the log has no such case, the design has no step, or its end cannot be reached.
    """
    variants = case_variants(log, among)
    if not len(variants.cases):
        raise UsageError("process_model.no_cases")
    matched = match(design, log.activity_names)
    built = net_of_design(design, matched.labels)
    markings = Markings(built.net)
    aligner = Aligner(markings, budget)
    code = {label: number for number, label in enumerate(markings.labels)}
    codes = np.array([code.get(name, -1) for name in log.activity_names], dtype=np.int32)
    traces = [codes[variants.codes(variant)] for variant in range(len(variants.samples))]
    alignments = align_all(aligner, traces, n=len(traces))
    runs = [(a.transitions.tolist(), int(n)) for a, n in zip(alignments, variants.counts, strict=True)]
    found = soundness(markings)
    dead = (built.net.transitions[number].step for number in found.dead)
    fired = {t.step for i, t in enumerate(built.net.transitions) if i not in set(found.dead)}
    return Conformance(
        variants=variants, net=built.net, alignments=tuple(alignments), matched=matched,
        fitness=_fitness(traces, alignments, variants.counts, aligner.shortest.cost),
        precision=escaping_edges(markings, runs),
        deviations=_Deviations(log, variants, markings, matched).of(alignments), soundness=found,
        dead_steps=tuple(dict.fromkeys(step for step in dead if step and step not in fired)),
        approximated=built.approximated, shortest=aligner.shortest.cost,
        cases_left_out=int(np.count_nonzero(np.diff(log.case_offsets) > 0)) - len(variants.cases),
    )  # fmt: skip


def _fitness(
    traces: Sequence[NDArray], alignments: Sequence[Alignment], counts: NDArray[np.int64], shortest: int
) -> Fitness:
    worst = np.array([len(trace) + shortest for trace in traces], dtype=np.float64)
    cost = np.array([alignment.cost for alignment in alignments], dtype=np.float64)
    bound = np.array([alignment.lower_bound for alignment in alignments], dtype=np.float64)
    each = 1.0 - cost / worst
    total, n_cases = float((worst * counts).sum()), int(counts.sum())
    return Fitness(
        of_log=1.0 - float((cost * counts).sum()) / total,
        at_most=1.0 - float((bound * counts).sum()) / total,
        of_cases=float((each * counts).sum()) / n_cases,
        fitting=wilson(int(counts[cost == 0].sum()), n_cases),
        variants=each,
    )


class _Deviations:
    """Counts deviations over variants and hands out the cases of each."""

    def __init__(self, log: EventLog, variants: CaseVariants, markings: Markings, matched: Matched) -> None:
        self.log, self.variants = log, variants
        self.transitions = markings.net.transitions
        self.label_of = markings.label_of_transition
        self.steps_of: dict[str, list[str]] = {}
        for key, label in matched.labels.items():
            self.steps_of.setdefault(label, []).append(key)

    def of(self, alignments: Sequence[Alignment]) -> tuple[Deviation, ...]:
        found: dict[tuple[str, str, str], dict[int, int]] = {}
        for variant, alignment in enumerate(alignments):
            if alignment.cost == 0:
                continue
            for place, events in self._of_variant(variant, alignment).items():
                found.setdefault(place, {})[variant] = events
        deviations = [self._deviation(*place, events) for place, events in found.items()]
        return tuple(sorted(deviations, key=lambda d: (-len(d.cases), d.kind, d.name, d.step)))

    def _of_variant(self, variant: int, alignment: Alignment) -> Mapping[tuple[str, str, str], int]:
        """(kind, step, name) -> times in one case. A moved step is counted at the step that was skipped."""
        codes, names = self.variants.codes(variant), self.log.activity_names
        inserted = Counter(names[codes[p]] for p in alignment.positions[alignment.transitions < 0])
        alone = alignment.transitions[alignment.positions < 0]
        counts: Counter[tuple[str, str, str]] = Counter()
        for transition in alone[self.label_of[alone] >= 0]:
            step, label = self.transitions[transition].step, str(self.transitions[transition].label)
            kind = MOVED if inserted[label] > 0 else SKIPPED
            inserted[label] -= kind == MOVED
            counts[kind, step, label] += 1
        for name, times in inserted.items():
            if times > 0:
                steps = self.steps_of.get(name)
                counts[INSERTED if steps else UNKNOWN, steps[0] if steps else "", name] += times
        return counts

    def _deviation(self, kind: str, step: str, name: str, events: Mapping[int, int]) -> Deviation:
        hit = np.zeros(len(self.variants.samples), dtype=np.bool_)
        hit[list(events)] = True
        cases = self.variants.cases[hit[self.variants.of_case]]
        total = sum(times * int(self.variants.counts[variant]) for variant, times in events.items())
        return Deviation(kind, step, name, total, cases, wilson(len(cases), len(self.variants.cases)))

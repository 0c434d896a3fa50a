"""Deviations from a model: what finished cases leave out, add, move, or do that the model does not know.

Runs only where a model was given (`IdentifySettings.model`). Every variant of the finished cases is aligned
with it at the least cost, see `conformance`.
Finds, each with a code of its own: `model_skipped`, a step of the model that cases did not do;
`model_inserted`, an activity done where the model has no place for it; `model_moved`, a step left out at
its place and done at another; `model_unknown`, an activity that no step of the model stands for.
Evidence: the cases whose cheapest alignment has that move. The model is the rule, so findings are plain
counts (no p). A step the log never records is no finding: it is a matter of names or of systems.
Effect: share of the finished cases (`share`), at least 0.5 %. Of each code the twenty of most cases are kept.
Delay: where the cases are also slower than their peers, what they lost against them by rank, at most what
they spent beyond the normal of their steps; else 0.
Misleads: a model that is out of date makes good practice look like deviation; where several alignments are
equally cheap one of them is shown, so that a swap of two steps may be told at either; where an alignment was
not proven cheapest (note `not_proven`) there may be fewer deviations.
"""

from collections.abc import Callable

import numpy as np

from anlan.domain.finding import Effect, Finding
from anlan.loop.identify.comparison import slower_than_peers
from anlan.loop.identify.conformance import Conformance, Deviation
from anlan.loop.identify.conformance.conforming import INSERTED, KINDS, MOVED, SKIPPED, UNKNOWN
from anlan.loop.identify.context import IdentifyContext
from anlan.loop.identify.evidence import Candidates, Hit, Statement, make_finding

MINIMUM = 0.005
MOST = 20
_CATEGORIES = {SKIPPED: "compliance", INSERTED: "process", MOVED: "compliance", UNKNOWN: "process"}


def code_of(kind: str) -> str:
    return f"model_{kind}"


def finder_of(kind: str) -> Callable[[IdentifyContext], Candidates]:
    """The finder of one kind of deviation."""

    def find(context: IdentifyContext) -> Candidates:
        found = context.conformance
        if found is None or found.n_cases < context.settings.min_cases:
            return Candidates()
        code = code_of(kind)
        fewest = max(context.settings.min_affected, context.minimum(code, MINIMUM) * found.n_cases)
        worth = [
            deviation
            for deviation in found.deviations
            if deviation.kind == kind
            and len(deviation.cases) >= fewest
            and deviation.step not in found.matched.unrecorded
        ]
        return Candidates(tuple(_finding(context, found, deviation) for deviation in worth[:MOST]))

    return find


FINDERS = tuple((code_of(kind), finder_of(kind)) for kind in KINDS)


def _finding(context: IdentifyContext, found: Conformance, deviation: Deviation) -> Finding:
    cases = deviation.cases
    slower = slower_than_peers(context, context.mask_of(cases))
    costly = slower is not None and slower.p <= context.settings.fdr
    delay_min = slower.delays_of(cases) if slower is not None and costly else np.zeros(len(cases))
    code = code_of(deviation.kind)
    statement = Statement(
        code,
        _CATEGORIES[deviation.kind],
        (deviation.name,),
        Effect("share", deviation.share, context.minimum(code, MINIMUM)),
        None,
        detail=_detail(found, deviation),
        parameters={"node": deviation.name, "events": deviation.events},
        notes=(*(("slower_when_deviating",) if costly else ()), *(("not_proven",) if found.unproven else ())),
    )
    return make_finding(
        context, statement, Hit(cases, delay_min), exposure=found.n_cases, exposed=found.variants.cases
    )


def _detail(found: Conformance, deviation: Deviation) -> str:
    """The key of the step where several bear the name."""
    alike = [key for key, label in found.matched.labels.items() if label == deviation.name]
    return deviation.step if len(alike) > 1 else ""

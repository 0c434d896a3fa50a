"""Bow-tie: from causes through prevention to the event, and through mitigation to the consequences.

1. A barrier fails by itself (its probability of failure on demand), by a gate or event it names, or with a
   system that supports it.
2. The event comes about from a cause where all barriers of the cause fail; a consequence where then also all
   its own barriers fail. All of it stands on one diagram (`paths`): what barriers share fails once for all.
3. What each barrier is worth: frequency and loss with it as it is, without it, and were it perfect.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from anlan.domain.method import Answer, AnswerTable, Chart, Field, Method, Note
from anlan.loop.quantify.methods.failure.paths import Paths, paths_of, rates, with_middle
from anlan.loop.quantify.methods.failure.shared_events import (
    EVENTS,
    GATES,
    MOST_PER_YEAR,
    NAMED,
    SAMPLES,
    frequency,
    probability,
    read_events,
)
from anlan.loop.quantify.methods.faults import Faults
from anlan.loop.quantify.methods.names import numbered, place
from anlan.maths.distributions import Distribution
from anlan.maths.fault_trees import FaultTree, Gate

_Draws = tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]
_NEVER, _ALWAYS = Distribution("constant", {"value": 0.0}), Distribution("constant", {"value": 1.0})


@dataclass(frozen=True, eq=False)
class _Tie:
    """One diagram: paths to the event for each cause, then to each consequence for each cause."""

    causes: Sequence[Mapping[str, Any]]
    consequences: Sequence[Mapping[str, Any]]
    paths: Paths

    @property
    def frequencies(self) -> NDArray[np.float64]:
        return np.array([cause["frequency"].mean for cause in self.causes])

    @property
    def losses(self) -> NDArray[np.float64]:
        return np.array([each["loss"] for each in self.consequences])

    def split(self, p: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Probabilities of paths as (causes, ...) for the event and (consequences, causes, ...)."""
        n = len(self.causes)
        return p[:n], p[n:].reshape(len(self.consequences), n, *p.shape[1:])

    def figures(self, changed: Mapping[str, float] | None = None) -> tuple[float, NDArray[np.float64]]:
        """Yearly frequency of the event and of each consequence."""
        event, ends = self.split(self.paths.point(changed))
        return float(self.frequencies @ event), ends @ self.frequencies


def run(inputs: Mapping[str, Any], *, seed: int = 0) -> Answer:
    """How often the event comes about, what follows, and what each barrier is worth."""
    tie = _tie(inputs)
    top, ends = tie.figures()
    drawn = _drawn_figures(tie, inputs["samples"], seed) or (None, None, None)
    return Answer(
        quantities=(
            with_middle("event_frequency", top, "per_year", drawn[0]),
            with_middle("consequence_frequency", float(ends.sum()), "per_year", drawn[1]),
            with_middle("yearly_loss", float(ends @ tie.losses), "money", drawn[2]),
            with_middle("cause_frequency", float(tie.frequencies.sum()), "per_year", None),
        ),
        tables=(
            _by_consequence(tie, ends),
            _by_cause(tie),
            _by_barrier(tie, inputs, top, ends),
            _by_shared_event(tie, inputs),
        ),
        charts=(Chart("bow_tie", _picture(tie, inputs, top, ends)),),
        assumptions=(Note("bow_tie.independent_causes"), Note("event_tree.exact")),
        warnings=tuple(_warnings(tie, inputs, top, ends)),
    )


def check(inputs: Mapping[str, Any]) -> None:
    """Errors: RefusedInputs with what is wrong between the answers."""
    _whole(inputs)


def _whole(inputs: Mapping[str, Any]) -> tuple[FaultTree, dict[str, Distribution]]:
    """The tree of all barriers, and what is given for its events. Errors: RefusedInputs."""
    faults = Faults()
    tree, given = read_events(inputs, faults)
    barriers = numbered(inputs["barriers"], "barriers", faults)
    for table in ("causes", "consequences"):
        numbered(inputs[table], table, faults)
        for number, row in enumerate(inputs[table], start=1):
            for n, name in enumerate(row["barriers"], start=1):
                place(name, barriers, f"{table}[{number}].barriers[{n}]", faults)
    for number, row in enumerate(inputs["causes"], start=1):
        frequency(row["frequency"], f"causes[{number}].frequency", faults)
    gates = dict(tree.gates)
    for number, row in enumerate(inputs["barriers"], start=1):
        gates[_barrier(row["name"])] = _barrier_gate(row, f"barriers[{number}]", tree, given, gates, faults)
    for number, row in enumerate(inputs["consequences"], start=1):
        probability(row["probability"], f"consequences[{number}].probability", faults)
        given[_follows(row["name"])] = row["probability"] or _ALWAYS
    faults.raise_any()
    return FaultTree(gates, tuple(given)), given


def _tie(inputs: Mapping[str, Any]) -> _Tie:
    whole, given = _whole(inputs)
    causes, consequences = inputs["causes"], inputs["consequences"]
    ways = [_failed(cause) for cause in causes]
    ways += [
        [*_failed(cause), *_failed(end), (_follows(end["name"]), True)]
        for end in consequences
        for cause in causes
    ]
    return _Tie(causes, consequences, paths_of(whole, given, ways))


def _barrier_gate(
    row: Mapping[str, Any],
    where: str,
    tree: FaultTree,
    given: dict[str, Distribution],
    gates: dict[str, Gate],
    faults: Faults,
) -> Gate:
    """(own failure or failed support or absent) and not perfect: the last two are for what-if alone."""
    name = row["name"]
    known = (*tree.gates, *tree.events)
    by = [row["failure"]] if row["failure"] else []
    for field, names in (("failure", by), ("supports", row["supports"])):
        for each in names:
            if each not in known:
                faults.add("method.not_a_choice", where=f"{where}.{field}", found=each, known=known)
    if row["probability"] is None and not by and not row["supports"]:
        faults.add("bow_tie.no_failure", where=where, name=name)
    inputs = [*by, *row["supports"], _absent(name)]
    given[_absent(name)], given[_imperfect(name)] = _NEVER, _ALWAYS
    if row["probability"] is not None:
        probability(row["probability"], f"{where}.probability", faults)
        given[_own(name)] = row["probability"]
        inputs.append(_own(name))
    gates[_any(name)] = Gate("or", tuple(dict.fromkeys(inputs)))
    return Gate("and", (_any(name), _imperfect(name)))


def _barrier(name: str) -> str:
    return f"\0barrier {name}"


def _any(name: str) -> str:
    return f"\0any {name}"


def _own(name: str) -> str:
    return f"\0own {name}"


def _absent(name: str) -> str:
    return f"\0absent {name}"


def _imperfect(name: str) -> str:
    return f"\0imperfect {name}"


def _follows(name: str) -> str:
    return f"\0follows {name}"


def _failed(line: Mapping[str, Any]) -> list[tuple[str, bool]]:
    return [(_barrier(name), True) for name in line["barriers"]]


def _drawn_figures(tie: _Tie, n: int, seed: int) -> _Draws | None:
    """(n,) event frequency, consequence frequency, yearly loss; None where nothing is uncertain."""
    of = [cause["frequency"] for cause in tie.causes]
    if not tie.paths.is_uncertain and all(each.kind == "constant" for each in of):
        return None
    per_year = rates(of, n, seed)
    event, ends = tie.split(tie.paths.sampled(n, seed))
    by_end = (ends * per_year).sum(axis=1)
    return (event * per_year).sum(axis=0), by_end.sum(axis=0), tie.losses @ by_end


def _by_consequence(tie: _Tie, ends: NDArray[np.float64]) -> AnswerTable:
    rows = tuple(
        (each["name"], float(f), each["loss"], float(f) * each["loss"])
        for each, f in zip(tie.consequences, ends, strict=True)
    )
    columns = ("tie_consequence", "yearly_frequency", "loss_each", "yearly_loss")
    return AnswerTable("bow_tie_consequences", columns, rows)


def _by_cause(tie: _Tie) -> AnswerTable:
    """What each cause brings to the event and to the loss."""
    event, ends = tie.split(tie.paths.point())
    total = float(tie.frequencies @ event)
    rows = tuple(
        (
            cause["name"],
            float(f),
            float(p),
            float(f * p),
            float(f * p) / total if total > 0 else 0.0,
            float(f * (tie.losses @ ends[:, number])),
        )
        for number, (cause, f, p) in enumerate(zip(tie.causes, tie.frequencies, event, strict=True))
    )
    columns = (
        "tie_cause", "cause_frequency", "all_barriers_fail", "event_frequency", "share_of_event",
        "yearly_loss",
    )  # fmt: skip
    return AnswerTable("bow_tie_causes", columns, rows)


def _by_barrier(tie: _Tie, inputs: Mapping[str, Any], top: float, ends: NDArray[np.float64]) -> AnswerTable:
    """Frequency and loss without each barrier and were it perfect; `kept off`: yearly loss it keeps off."""
    now = float(ends @ tie.losses)
    rows = []
    for barrier in inputs["barriers"]:
        name = barrier["name"]
        without, ends_without = tie.figures({_absent(name): 1.0})
        perfect, ends_perfect = tie.figures({_imperfect(name): 0.0})
        rows.append(
            (
                name,
                _failing(tie, name),
                without,
                perfect,
                float(ends_without.sum()),
                float(ends_perfect.sum()),
                float(ends_without @ tie.losses) - now,
                now - float(ends_perfect @ tie.losses),
            )
        )
    columns = (
        "tie_barrier", "failure_on_demand", "event_without", "event_if_perfect", "consequences_without",
        "consequences_if_perfect", "loss_kept_off", "loss_still_let_through",
    )  # fmt: skip
    return AnswerTable("bow_tie_barriers", columns, tuple(rows))


def _failing(tie: _Tie, name: str) -> float:
    return float(paths_of(tie.paths.tree, tie.paths.given, [((_barrier(name), True),)]).point()[0])


def _by_shared_event(tie: _Tie, inputs: Mapping[str, Any]) -> AnswerTable:
    """Consequence frequency were a shared event sure to happen, or never."""
    rows = []
    for row in inputs["events"]:
        never, sure = (float(tie.figures({row["name"]: x})[1].sum()) for x in (0.0, 1.0))
        rows.append((row["name"], float(row["probability"].mean), never, sure))
    rows.sort(key=lambda each: each[2])
    columns = ("tie_event", "event_probability", "frequency_never", "frequency_sure")
    return AnswerTable("event_effects", columns, tuple(rows))


def _picture(tie: _Tie, inputs: Mapping[str, Any], top: float, ends: NDArray[np.float64]) -> dict[str, Any]:
    failing = {row["name"]: _failing(tie, row["name"]) for row in inputs["barriers"]}

    def line(row: Mapping[str, Any], frequency: float) -> dict[str, Any]:
        barriers = [{"name": name, "failing": failing[name]} for name in row["barriers"]]
        return {"name": row["name"], "frequency": frequency, "barriers": barriers}

    return {
        "event": inputs["event"],
        "frequency": top,
        "causes": [line(c, float(f)) for c, f in zip(tie.causes, tie.frequencies, strict=True)],
        "consequences": [line(c, float(f)) for c, f in zip(tie.consequences, ends, strict=True)],
    }


def _warnings(tie: _Tie, inputs: Mapping[str, Any], top: float, ends: NDArray[np.float64]) -> Iterator[Note]:
    used = {name for row in (*tie.causes, *tie.consequences) for name in row["barriers"]}
    idle = [row["name"] for row in inputs["barriers"] if row["name"] not in used]
    if idle:
        yield Note("bow_tie.idle", {"barriers": tuple(idle)})
    bare = [row["name"] for row in tie.causes if not row["barriers"]]
    if bare:
        yield Note("bow_tie.bare", {"causes": tuple(bare)})
    apart = _apart(tie, used)
    exact = float(ends.sum())
    if abs(apart - exact) > 0.01 * max(apart, exact):
        yield Note("event_tree.shared", {"apart": apart, "exact": exact})


def _apart(tie: _Tie, used: set[str]) -> float:
    """Consequence frequency if barriers had nothing in common: their probabilities multiplied."""
    failing = {name: _failing(tie, name) for name in used}
    total = 0.0
    for end in tie.consequences:
        follows = float(tie.paths.given[_follows(end["name"])].mean)
        for cause, f in zip(tie.causes, tie.frequencies, strict=True):
            names = [*cause["barriers"], *end["barriers"]]
            total += f * follows * float(np.prod([failing[name] for name in names]))
    return total


METHOD = Method(
    "bow_tie",
    (
        Field("event", "text"),
        Field(
            "causes",
            "table",
            most=200,
            columns=(
                Field("name", "text"),
                Field("frequency", "estimate", low=0, high=MOST_PER_YEAR, unit="per_year"),
                Field("barriers", "texts", default=(), least=0, most=30, names=("barriers",)),
                Field("source", "text", default=""),
            ),
        ),
        Field(
            "barriers",
            "table",
            default=(),
            least=0,
            most=200,
            columns=(
                Field("name", "text"),
                Field("probability", "estimate", default=None, low=0, high=1),
                Field("failure", "text", default="", names=NAMED),
                Field("supports", "texts", default=(), least=0, most=50, names=NAMED),
                Field("source", "text", default=""),
            ),
        ),
        Field(
            "consequences",
            "table",
            most=50,
            columns=(
                Field("name", "text"),
                Field("probability", "estimate", default=None, low=0, high=1),
                Field("barriers", "texts", default=(), least=0, most=30, names=("barriers",)),
                Field("loss", "number", default=0.0, low=0, high=1e15, unit="money"),
                Field("source", "text", default=""),
            ),
        ),
        EVENTS,
        GATES,
        SAMPLES,
    ),
    run,
    random=True,
)

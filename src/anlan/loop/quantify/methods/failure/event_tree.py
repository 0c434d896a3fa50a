"""Event tree: what an initiating event leads to, depending on which of the safeguards work.

1. Headings are asked one after the other; a branch may depend on what came before, or not be asked at all.
2. A heading fails with a probability, or by a gate or event that it shares with other headings.
3. Every sequence is a path; all are quantified together on one diagram (`paths`), success as 1 - p.
4. Sequences are gathered in end states with their consequence.

Source: J. D. Andrews & S. J. Dunnett (2000), Event-tree analysis using binary decision diagrams, IEEE
Transactions on Reliability 49(2).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from anlan.domain.errors import NotEnoughData
from anlan.domain.method import Answer, AnswerTable, Chart, Field, Method, Note
from anlan.loop.quantify.methods.failure.paths import Literal, Paths, paths_of, rates, with_middle
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
from anlan.maths.fault_trees import FaultTree

_MOST_SEQUENCES = 4096
_MOST_EVENTS_SHOWN = 30

Outcomes = tuple[bool | None, ...]
"""For each heading asked so far: whether it failed; None where it was not asked."""


@dataclass(frozen=True)
class _Branch:
    """What decides a heading: the event or gate by which it fails; None: it is not asked."""

    given: tuple[tuple[int, bool], ...]
    fails_by: str | None

    def holds(self, outcomes: Outcomes) -> bool:
        return all(outcomes[heading] is failed for heading, failed in self.given)


@dataclass(frozen=True)
class _Sequence:
    outcomes: Outcomes
    literals: tuple[Literal, ...]
    end: int | None


@dataclass(frozen=True, eq=False)
class _Solved:
    """p: probability of each sequence given the initiating event; drawn: (n,) frequency of what is unwanted
    and (n,) yearly loss, None where nothing is uncertain."""

    sequences: Sequence[_Sequence]
    paths: Paths
    p: NDArray[np.float64]
    frequency: float
    unwanted: NDArray[np.bool_]
    losses: NDArray[np.float64]
    drawn: tuple[NDArray[np.float64], NDArray[np.float64]] | None


def run(inputs: Mapping[str, Any], *, seed: int = 0) -> Answer:
    """How often a year it ends badly, with every sequence and end state."""
    solved = _solve(inputs, seed)
    hit = float(solved.p[solved.unwanted].sum())
    drawn = solved.drawn or (None, None)
    return Answer(
        quantities=(
            with_middle("unwanted_frequency", solved.frequency * hit, "per_year", drawn[0]),
            with_middle("yearly_loss", solved.frequency * float(solved.p @ solved.losses), "money", drawn[1]),
            with_middle("unwanted_given_initiator", min(hit, 1.0), "probability", None),
            with_middle("initiating_frequency", solved.frequency, "per_year", None),
        ),
        tables=(_by_end(solved, inputs), _by_sequence(solved, inputs), _by_event(solved)),
        charts=(Chart("event_tree", _drawn(solved, inputs)),),
        assumptions=(Note("event_tree.exact"), Note("event_tree.per_initiator")),
        warnings=tuple(_warnings(solved, inputs)),
    )


def check(inputs: Mapping[str, Any]) -> None:
    """Errors: RefusedInputs with what is wrong between the answers; NotEnoughData for too many sequences."""
    _read(inputs)


def _read(
    inputs: Mapping[str, Any],
) -> tuple[FaultTree, dict[str, Distribution], list[_Sequence]]:
    """The tree of the shared gates, what is given for its events, and every sequence."""
    faults = Faults()
    tree, given = read_events(inputs, faults)
    headings = numbered(inputs["headings"], "headings", faults)
    branches = [
        list(_branches(row, n, headings, tree, given, faults)) for n, row in enumerate(inputs["headings"])
    ]
    ends = [
        _when(row["when"], headings, f"end_states[{n}].when", len(headings), faults)
        for n, row in enumerate(inputs["end_states"], start=1)
    ]
    numbered(inputs["end_states"], "end_states", faults)
    frequency(inputs["initiating"]["frequency"], "initiating.frequency", faults)
    faults.raise_any()
    return FaultTree(tree.gates, tuple(given)), given, _sequences(branches, ends)


def _solve(inputs: Mapping[str, Any], seed: int) -> _Solved:
    whole, given, sequences = _read(inputs)
    paths = paths_of(whole, given, [each.literals for each in sequences])
    rows = inputs["end_states"]
    unwanted = np.array([_unwanted(each, rows) for each in sequences])
    losses = np.array([rows[each.end]["loss"] if each.end is not None else 0.0 for each in sequences])
    per_year: Distribution = inputs["initiating"]["frequency"]
    drawn = None
    if paths.is_uncertain or per_year.kind != "constant":
        n = inputs["samples"]
        p, often = paths.sampled(n, seed), rates([per_year], n, seed)[0]
        drawn = often * p[unwanted].sum(axis=0), often * (losses @ p)
    return _Solved(sequences, paths, paths.point(), float(per_year.mean), unwanted, losses, drawn)


def _branches(
    row: Mapping[str, Any],
    number: int,
    headings: Mapping[str, int],
    tree: FaultTree,
    given: dict[str, Distribution],
    faults: Faults,
) -> Iterator[_Branch]:
    """The rules of a heading in their order, the general one last; numbers become events of their own."""
    where = f"headings[{number + 1}]"
    for n, rule in enumerate(row["depends"], start=1):
        inside = f"{where}.depends[{n}]"
        condition = _when(rule["when"], headings, f"{inside}.when", number, faults)
        label = f"{row['name']} #{n}"
        by = None if rule["skip"] else _fails_by(rule, label, inside, tree, given, faults)
        yield _Branch(condition, by)
    yield _Branch((), _fails_by(row, row["name"], where, tree, given, faults))


def _fails_by(
    row: Mapping[str, Any],
    label: str,
    where: str,
    tree: FaultTree,
    given: dict[str, Distribution],
    faults: Faults,
) -> str:
    """The event or gate named, or a new event with the probability given."""
    if (row["probability"] is None) == (not row["failure"]):
        faults.add("event_tree.fails_by", where=where)
        return label
    if row["failure"]:
        known = (*tree.gates, *tree.events)
        if row["failure"] not in known:
            faults.add("method.not_a_choice", where=f"{where}.failure", found=row["failure"], known=known)
        return str(row["failure"])
    probability(row["probability"], f"{where}.probability", faults)
    name = f"\0{label}"
    given[name] = row["probability"]
    return name


def _when(
    rows: Sequence[Mapping[str, Any]], headings: Mapping[str, int], where: str, before: int, faults: Faults
) -> tuple[tuple[int, bool], ...]:
    """Headings and whether they must have failed; a rule may only look at headings before its own."""
    found = []
    for number, row in enumerate(rows, start=1):
        heading = place(row["heading"], headings, f"{where}[{number}].heading", faults)
        if heading is None:
            continue
        if heading >= before:
            faults.add("event_tree.later", where=f"{where}[{number}].heading", found=row["heading"])
        found.append((heading, row["outcome"] == "fails"))
    return tuple(found)


def _sequences(
    branches: Sequence[Sequence[_Branch]], ends: Sequence[tuple[tuple[int, bool], ...]]
) -> list[_Sequence]:
    """Every way through the headings, success before failure."""
    open_: list[tuple[Outcomes, tuple[Literal, ...]]] = [((), ())]
    for rules in branches:
        longer: list[tuple[Outcomes, tuple[Literal, ...]]] = []
        for outcomes, literals in open_:
            by = next(rule for rule in rules if rule.holds(outcomes)).fails_by
            if by is None:
                longer.append(((*outcomes, None), literals))
                continue
            longer.append(((*outcomes, False), (*literals, (by, False))))
            longer.append(((*outcomes, True), (*literals, (by, True))))
        if len(longer) > _MOST_SEQUENCES:
            raise NotEnoughData("event_tree.too_many", found=len(longer), most=_MOST_SEQUENCES)
        open_ = longer
    return [_Sequence(outcomes, literals, _end(outcomes, ends)) for outcomes, literals in open_]


def _end(outcomes: Outcomes, ends: Sequence[tuple[tuple[int, bool], ...]]) -> int | None:
    """The first end state whose conditions hold."""
    return next((n for n, when in enumerate(ends) if all(outcomes[h] is failed for h, failed in when)), None)


def _unwanted(of: _Sequence, rows: Sequence[Mapping[str, Any]]) -> bool:
    """As the end state says; without end states, wherever something failed."""
    if not rows:
        return True in of.outcomes
    return of.end is not None and bool(rows[of.end]["unwanted"])


def _by_end(of: _Solved, inputs: Mapping[str, Any]) -> AnswerTable:
    rows = []
    for number, end in enumerate(inputs["end_states"]):
        inside = np.array([each.end == number for each in of.sequences])
        p = float(of.p[inside].sum())
        rows.append((end["name"], end["unwanted"], p, of.frequency * p, of.frequency * p * end["loss"]))
    columns = ("end_state", "unwanted", "given_initiator", "yearly_frequency", "yearly_loss")
    return AnswerTable("end_states", columns, tuple(rows))


def _by_sequence(of: _Solved, inputs: Mapping[str, Any]) -> AnswerTable:
    """Sequences as headings that failed; all others worked or were not asked."""
    names = [row["name"] for row in inputs["headings"]]
    ends = [row["name"] for row in inputs["end_states"]]
    rows = tuple(
        (
            f"S{number}",
            Note("event_tree.failed", {"names": failed}) if failed else Note("event_tree.all_work"),
            float(p),
            of.frequency * float(p),
            None if each.end is None else ends[each.end],
        )
        for number, (each, p) in enumerate(zip(of.sequences, of.p, strict=True), start=1)
        for failed in [tuple(n for n, o in zip(names, each.outcomes, strict=True) if o)]
    )
    columns = ("sequence", "path", "given_initiator", "yearly_frequency", "end_state")
    return AnswerTable("sequences", columns, rows)


def _by_event(of: _Solved) -> AnswerTable:
    """How often it ends badly were an event never to happen, and were it sure to, the strongest first."""
    rows = []
    for name in of.paths.diagram.events:
        never, sure = (of.frequency * float(of.paths.point({name: x})[of.unwanted].sum()) for x in (0.0, 1.0))
        rows.append((name.lstrip("\0"), float(of.paths.given[name].mean), never, sure))
    rows.sort(key=lambda row: row[2])
    columns = ("tie_event", "event_probability", "frequency_never", "frequency_sure")
    return AnswerTable("event_effects", columns, tuple(rows[:_MOST_EVENTS_SHOWN]))


def _drawn(of: _Solved, inputs: Mapping[str, Any]) -> dict[str, Any]:
    ends = [row["name"] for row in inputs["end_states"]]
    return {
        "initiator": inputs["initiating"]["name"],
        "frequency": of.frequency,
        "headings": [row["name"] for row in inputs["headings"]],
        "sequences": [
            {
                "outcomes": each.outcomes,
                "frequency": of.frequency * float(p),
                "end": None if each.end is None else ends[each.end],
                "unwanted": bool(bad),
            }
            for each, p, bad in zip(of.sequences, of.p, of.unwanted, strict=True)
        ],
    }


def _warnings(of: _Solved, inputs: Mapping[str, Any]) -> Iterator[Note]:
    if inputs["end_states"]:
        lost = [f"S{n}" for n, each in enumerate(of.sequences, start=1) if each.end is None]
        if lost:
            yield Note("event_tree.no_end", {"sequences": tuple(lost[:12]), "n": len(lost)})
    apart = _apart(of)
    together = float(of.p[of.unwanted].sum())
    if abs(apart - together) > 0.01 * max(together, apart):
        yield Note("event_tree.shared", {"apart": of.frequency * apart, "exact": of.frequency * together})


def _apart(of: _Solved) -> float:
    """What multiplying the branches as if they had nothing in common would give."""
    names = sorted({name for each in of.sequences for name, _ in each.literals})
    single = paths_of(of.paths.tree, of.paths.given, [((name, True),) for name in names]).point()
    p = dict(zip(names, single, strict=True))
    products = [np.prod([p[name] if up else 1 - p[name] for name, up in s.literals]) for s in of.sequences]
    return float(np.array(products)[of.unwanted].sum())


_CONDITION = Field(
    "when",
    "table",
    columns=(
        Field("heading", "text", names=("headings",)),
        Field("outcome", "choice", choices=("works", "fails")),
    ),
)
_RULES = Field(
    "depends",
    "table",
    default=(),
    least=0,
    most=50,
    columns=(
        _CONDITION,
        Field("probability", "estimate", default=None, low=0, high=1),
        Field("failure", "text", default="", names=NAMED),
        Field("skip", "flag", default=False),
    ),
)
METHOD = Method(
    "event_tree",
    (
        Field(
            "initiating",
            "record",
            columns=(
                Field("name", "text", default=""),
                Field("frequency", "estimate", low=0, high=MOST_PER_YEAR, unit="per_year"),
                Field("source", "text", default=""),
            ),
        ),
        Field(
            "headings",
            "table",
            most=40,
            columns=(
                Field("name", "text"),
                Field("probability", "estimate", default=None, low=0, high=1),
                Field("failure", "text", default="", names=NAMED),
                _RULES,
                Field("source", "text", default=""),
            ),
        ),
        Field(
            "end_states",
            "table",
            default=(),
            least=0,
            most=200,
            columns=(
                Field("name", "text"),
                Field("when", "table", default=(), least=0, columns=_CONDITION.columns),
                Field("unwanted", "flag", default=True),
                Field("loss", "number", default=0.0, low=0, high=1e15, unit="money"),
            ),
        ),
        EVENTS,
        GATES,
        SAMPLES,
    ),
    run,
    random=True,
)

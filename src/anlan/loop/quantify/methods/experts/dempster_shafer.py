"""Evidence of several sources about one question, combined with their conflict shown.

1. Each source gives masses to sets of hypotheses; what it is not trusted with goes to the whole frame.
2. Dempster's rule, Yager's rule, the average and Murphy's rule are all computed; the chosen one leads.
3. The conflict K of all sources together, and of each pair.

Shafer (1976), A Mathematical Theory of Evidence; Zadeh (1984); Yager (1987); Murphy (2000).
"""

from collections.abc import Callable, Mapping, Sequence
from itertools import combinations
from typing import Any

from anlan.domain.errors import NotEnoughData
from anlan.domain.method import Answer, AnswerTable, Chart, Field, Method, Note, Quantity
from anlan.loop.quantify.methods.experts.answers import check_names
from anlan.loop.quantify.methods.faults import Faults
from anlan.maths.judgement import evidence
from anlan.maths.judgement.evidence import Masses

HIGH_CONFLICT = 0.5
RULES = ("dempster", "yager", "average", "murphy")
_TOLERANCE = 1e-6


def run(inputs: Mapping[str, Any], *, seed: int = 0) -> Answer:
    """Belief, plausibility and betting share of the hypothesis asked for; the conflict of the sources."""
    frame, sources, asked = _read(inputs)
    everything = 2 ** len(frame) - 1
    by_rule = _by_rule(sources, everything, chosen=inputs["rule"])
    masses, of = by_rule[inputs["rule"]], 2 ** frame.index(asked)
    low, high = evidence.belief(masses, of), evidence.plausibility(masses, of)
    share = min(max(evidence.betting_share(masses, of), low), high)
    conflict = evidence.all_together(sources).get(0, 0.0)
    return Answer(
        quantities=(
            Quantity("betting_share", share, "probability", low, high, "belief_plausibility"),
            Quantity("conflict", conflict),
            Quantity("unknown_mass", masses.get(everything, 0.0)),
        ),
        tables=(
            _hypotheses(frame, masses),
            _rules(frame, by_rule),
            _masses(frame, masses),
            _pairs(inputs, sources),
        ),
        charts=(Chart("intervals", _drawn(frame, masses)),),
        assumptions=(Note("evidence.independent"), Note(f"evidence.rule_{inputs['rule']}")),
        warnings=_warnings(conflict, inputs["rule"], by_rule),
    )


def _read(inputs: Mapping[str, Any]) -> tuple[tuple[str, ...], list[Masses], str]:
    faults = Faults()
    frame = inputs["frame"]
    check_names(frame, "frame", faults)
    check_names([each["source"] for each in inputs["sources"]], "sources", faults)
    asked = inputs["hypothesis"] or frame[0]
    if asked not in frame:
        faults.add("method.not_a_choice", where="hypothesis", found=asked, known=frame)
    sources = [
        _source(each, frame, f"sources[{place}]", inputs["rest_is_unknown"], faults)
        for place, each in enumerate(inputs["sources"], start=1)
    ]
    faults.raise_any()
    return frame, sources, asked


def _source(
    given: Mapping[str, Any], frame: Sequence[str], where: str, rest_is_unknown: bool, faults: Faults
) -> Masses:
    """The masses of one source by set, discounted by its reliability."""
    everything = 2 ** len(frame) - 1
    masses: dict[int, float] = {}
    for place, row in enumerate(given["masses"], start=1):
        for n, name in enumerate(row["hypotheses"], start=1):
            if name not in frame:
                at = f"{where}.masses[{place}].hypotheses[{n}]"
                faults.add("method.not_a_choice", where=at, found=name, known=frame)
        members = sum(2 ** frame.index(name) for name in set(row["hypotheses"]) if name in frame)
        masses[members] = masses.get(members, 0.0) + row["mass"]
    total = sum(masses.values())
    if rest_is_unknown and total < 1:
        masses[everything] = masses.get(everything, 0.0) + 1 - total
    elif abs(total - 1) > _TOLERANCE:
        faults.add("evidence.sum", where=f"{where}.masses", found=f"{total:g}")
        return {everything: 1.0}
    scaled = {each: mass / max(total, 1.0) for each, mass in masses.items() if mass > 0}
    return evidence.discounted(scaled, reliability=given["reliability"], everything=everything)


def _by_rule(sources: Sequence[Masses], everything: int, *, chosen: str) -> dict[str, Masses]:
    """Every rule that has an answer. Errors: NotEnoughData where the chosen one has none."""
    rules: Mapping[str, Callable[[], Masses]] = {
        "dempster": lambda: evidence.dempster(sources),
        "yager": lambda: evidence.yager(sources, everything=everything),
        "average": lambda: evidence.average(sources),
        "murphy": lambda: evidence.murphy(sources),
    }
    found = {}
    for name, rule in rules.items():
        try:
            found[name] = rule()
        except NotEnoughData:
            if name == chosen:
                raise
    return found


def _hypotheses(frame: Sequence[str], masses: Masses) -> AnswerTable:
    rows = []
    for place, name in enumerate(frame):
        of = 2**place
        betting = evidence.betting_share(masses, of)
        rows.append((name, evidence.belief(masses, of), betting, evidence.plausibility(masses, of)))
    return AnswerTable(
        "by_hypothesis", ("hypothesis", "belief", "betting_share", "plausibility"), tuple(rows)
    )


def _rules(frame: Sequence[str], by_rule: Mapping[str, Masses]) -> AnswerTable:
    """The same question under each rule."""
    rows = [
        (Note(f"evidence.name_{rule}"), name, evidence.belief(masses, of), evidence.plausibility(masses, of))
        for rule, masses in by_rule.items()
        for of, name in ((2**place, name) for place, name in enumerate(frame))
    ]
    return AnswerTable("by_rule", ("rule", "hypothesis", "belief", "plausibility"), tuple(rows))


def _masses(frame: Sequence[str], masses: Masses) -> AnswerTable:
    def written(members: int) -> Note:
        names = tuple(name for place, name in enumerate(frame) if members & 2**place)
        return Note("evidence.set", {"members": names})

    rows = tuple((written(each), mass) for each, mass in masses.items())
    return AnswerTable("combined_masses", ("hypotheses", "mass"), rows)


def _pairs(inputs: Mapping[str, Any], sources: Sequence[Masses]) -> AnswerTable:
    names = [each["source"] for each in inputs["sources"]]
    rows = tuple(
        (names[i], names[j], evidence.conjunction(sources[i], sources[j]).get(0, 0.0))
        for i, j in combinations(range(len(sources)), 2)
    )
    return AnswerTable("pairwise_conflict", ("source", "other_source", "conflict"), rows)


def _drawn(frame: Sequence[str], masses: Masses) -> dict[str, Any]:
    rows = [
        {
            "name": name,
            "value": evidence.betting_share(masses, 2**place),
            "low": evidence.belief(masses, 2**place),
            "high": evidence.plausibility(masses, 2**place),
        }
        for place, name in enumerate(frame)
    ]
    return {"rows": rows, "all": None, "unit": "probability"}


def _warnings(conflict: float, rule: str, by_rule: Mapping[str, Masses]) -> tuple[Note, ...]:
    found = []
    if conflict > HIGH_CONFLICT:
        found.append(Note("evidence.conflict", {"k": conflict}))
    if "dempster" not in by_rule:
        found.append(Note("evidence.no_dempster"))
    if rule == "average":
        found.append(Note("evidence.no_reinforcement"))
    return tuple(found)


METHOD = Method(
    "dempster_shafer",
    (
        Field("frame", "texts", least=2, most=12),
        Field(
            "sources",
            "table",
            least=2,
            most=30,
            columns=(
                Field("source", "text"),
                Field("reliability", "number", default=1.0, low=0, high=1),
                Field(
                    "masses",
                    "table",
                    most=200,
                    columns=(
                        Field("hypotheses", "texts", most=12),
                        Field("mass", "number", low=0, high=1, unit="probability"),
                    ),
                ),
            ),
        ),
        Field("hypothesis", "text", default=""),
        Field("rule", "choice", default="dempster", choices=RULES),
        Field("rest_is_unknown", "flag", default=False),
    ),
    run,
)

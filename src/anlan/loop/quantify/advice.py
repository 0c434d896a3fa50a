"""Which method fits: asked for purpose, data, experts and dependence, the methods in order with the reasons.

1. A method is left out where its purpose is another one, or where it needs data or experts there are not.
2. What is left is ordered: first those that use the best data there are, then those that need least.
3. Each comes with why it fits and what it leaves open; its own limits are in its words.

The rules are of this project, in the spirit of the table of techniques in IEC 31010:2019, annex A.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from anlan.domain.method import Note

PURPOSES = (
    "level", "frequency", "loss", "structure", "weights", "choice", "opinion", "sensitivity", "check",
    "ranking", "resources",
)  # fmt: skip
"""What is wanted: a level; how often; what it costs; how it comes about and what barriers do; weights of
criteria; the best of several options; experts' opinions as one; what matters most; whether estimates were
right; an order of units, shifts or flights; how many people are needed and who works when."""

DATA = ("none", "few", "many")
"""Records of the risk itself: none; a few events over a known time; many events or losses."""


@dataclass(frozen=True)
class Situation:
    """What the user says. experts: how many can be asked; dependence: events or risks hang together."""

    purpose: str
    data: str = "none"
    experts: int = 0
    dependence: bool = False


@dataclass(frozen=True)
class Profile:
    """What a method is for and needs. least_data, best_data: from `DATA`; dependence: it can hold it."""

    purposes: tuple[str, ...]
    least_data: str = "none"
    best_data: str = "none"
    experts: int = 0
    dependence: bool = False
    effort: int = 1


@dataclass(frozen=True)
class Advice:
    """One method that fits. why: what speaks for it; open: what it leaves out of the situation."""

    method: str
    why: tuple[Note, ...]
    open: tuple[Note, ...]


PROFILES: Mapping[str, Profile] = {
    "risk_matrix": Profile(("level",)),
    "risk_index": Profile(("level", "ranking")),
    "fmea": Profile(("level", "structure"), experts=2, effort=2),
    "ahp": Profile(("weights", "choice"), experts=1, effort=2),
    "fuzzy_ahp": Profile(("weights",), experts=1, effort=3),
    "objective_weights": Profile(("weights",), least_data="few", best_data="many"),
    "topsis": Profile(("choice", "ranking"), best_data="few"),
    "vikor": Profile(("choice",), best_data="few", effort=2),
    "grey_relational": Profile(("choice", "ranking"), best_data="few", effort=2),
    "fuzzy_evaluation": Profile(("level",), experts=3, effort=3),
    "score_sheet": Profile(("opinion", "level"), experts=2),
    "delphi_rounds": Profile(("opinion",), experts=3, effort=3),
    "agreement": Profile(("opinion", "check"), experts=2),
    "three_point": Profile(("frequency", "loss", "opinion"), experts=1),
    "cooke": Profile(("opinion", "check"), least_data="few", best_data="few", experts=2, effort=3),
    "dempster_shafer": Profile(("opinion",), experts=2, effort=2),
    "rate_blend": Profile(("frequency",), best_data="few", effort=1),
    "share_blend": Profile(("frequency",), best_data="few", effort=1),
    "fault_tree": Profile(("structure", "frequency"), dependence=True, effort=3),
    "event_tree": Profile(("structure", "frequency", "loss"), dependence=True, effort=2),
    "bow_tie": Profile(("structure", "frequency", "loss"), dependence=True, effort=2),
    "lopa": Profile(("structure", "frequency"), effort=2),
    "bayes_net": Profile(("structure", "frequency"), dependence=True, effort=3),
    "markov_availability": Profile(("structure", "frequency"), "few", "few", dependence=True, effort=3),
    "pfd_average": Profile(("structure", "frequency"), least_data="few", best_data="few", dependence=True),
    "human_reliability": Profile(("structure", "frequency"), experts=1, dependence=True, effort=2),
    "annual_loss": Profile(("loss",), best_data="many", dependence=True, effort=2),
    "fair": Profile(("loss",), experts=1, effort=2),
    "distribution_fit": Profile(("loss",), least_data="many", best_data="many"),
    "process_simulation": Profile(("frequency", "sensitivity"), best_data="many", dependence=True, effort=3),
    "demand_forecast": Profile(("resources",), least_data="many", best_data="many"),
    "staffing": Profile(("resources",), best_data="many"),
    "shift_roster": Profile(("resources",), effort=3),
    "allocation": Profile(("resources", "choice"), effort=2),
    "transport": Profile(("resources",), effort=2),
    "dispatch": Profile(("resources",)),
    "relative_index": Profile(("ranking", "level"), effort=2),
    "decision_tree": Profile(("choice",), dependence=True, effort=2),
    "fn_curve": Profile(("level",), best_data="few", effort=2),
    "alarp": Profile(("choice",), effort=2),
    "tornado": Profile(("sensitivity",)),
    "sobol": Profile(("sensitivity",), dependence=False, effort=2),
    "morris": Profile(("sensitivity",), effort=1),
    "calibration": Profile(("check",), least_data="few", best_data="many"),
    "compare": Profile(("check",), best_data="few", effort=2),
}  # fmt: skip
"""Method -> what it is for and needs."""


def advise(situation: Situation, methods: Sequence[str]) -> tuple[Advice, ...]:
    """The methods that fit, best first. methods: the codes there are."""
    fitting = [(code, PROFILES[code]) for code in methods if _fits(PROFILES[code], situation)]
    order = {code: place for place, code in enumerate(methods)}
    fitting.sort(key=lambda pair: (_distance(pair[1], situation), pair[1].effort, order[pair[0]]))
    return tuple(Advice(code, _why(each, situation), _open(each, situation)) for code, each in fitting)


def _fits(profile: Profile, situation: Situation) -> bool:
    return (
        situation.purpose in profile.purposes
        and DATA.index(profile.least_data) <= DATA.index(situation.data)
        and profile.experts <= situation.experts
    )


def _distance(profile: Profile, situation: Situation) -> int:
    """How far the method is from the situation: data unused, dependence ignored, another main purpose."""
    unused = max(0, DATA.index(situation.data) - DATA.index(profile.best_data))
    ignored = 3 * (situation.dependence and not profile.dependence)
    return ignored + unused - (profile.purposes[0] == situation.purpose)


def _why(profile: Profile, situation: Situation) -> tuple[Note, ...]:
    found = [Note("advice.purpose", {"purpose": situation.purpose})]
    if profile.best_data != "none" and DATA.index(profile.best_data) <= DATA.index(situation.data):
        found.append(Note("advice.uses_data", {"data": situation.data}))
    if profile.least_data == "none" and situation.data == "none":
        found.append(Note("advice.needs_no_data"))
    if profile.experts:
        found.append(Note("advice.uses_experts", {"n": profile.experts}))
    if profile.dependence and situation.dependence:
        found.append(Note("advice.holds_dependence"))
    return tuple(found)


def _open(profile: Profile, situation: Situation) -> tuple[Note, ...]:
    found = []
    if situation.dependence and not profile.dependence:
        found.append(Note("advice.ignores_dependence"))
    if DATA.index(situation.data) > DATA.index(profile.best_data):
        found.append(Note("advice.leaves_data", {"data": situation.data}))
    return tuple(found)

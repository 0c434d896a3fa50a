"""Industry packs: what is known of a kind of service before any data are seen."""

from collections.abc import Mapping
from dataclasses import dataclass, field

FINDING_CODES = (
    "tail_delay", "bottleneck", "rework_loop", "self_loop", "ping_pong", "reassignment", "skipped_step",
    "rare_order", "sla_breach_driver", "abandonment", "overload", "wip_growth", "single_person",
    "four_eyes", "drift", "group_disparity", "data_quality",
    "model_skipped", "model_inserted", "model_moved", "model_unknown",
)  # fmt: skip
"""Finders whose evidence a pack may name."""


@dataclass(frozen=True)
class Text:
    """The same text in Chinese and English."""

    zh: str
    en: str

    def in_language(self, language: str) -> str:
        return self.zh if language == "zh" else self.en


@dataclass(frozen=True)
class PackNode:
    """A step of the pack's process with the words that match activities of a log.

    `words_added` are further words that match, in any language, beyond those of the sources;
    `promise` is the limit to set at the node, None where there is none; `note` says what else holds.
    """

    code: str
    title: Text
    words_zh: tuple[str, ...]
    words_en: tuple[str, ...]
    promise: Text | None
    source: str
    words_added: tuple[str, ...] = ()
    note: Text | None = None


@dataclass(frozen=True)
class PackRisk:
    """Cause, event and consequence at a node; `controls` and `indicators` may be of other packs.

    `findings`: codes of finders whose evidence at this node speaks for the risk (an assumption).
    """

    code: str
    node: str
    category: str
    title: Text
    cause: Text
    event: Text
    consequence: Text
    source: str
    controls: tuple[str, ...]
    indicators: tuple[str, ...]
    findings: tuple[str, ...] = ()


@dataclass(frozen=True)
class PackControl:
    """A control or measure. Effects are factors (low, high) on likelihood and consequence when it
    works fully; `person_days` is the cost range of its class; all three are assumptions."""

    code: str
    kind: str
    title: Text
    evidence: Text
    likelihood_factor: tuple[float, float]
    consequence_factor: tuple[float, float]
    cost_class: str
    person_days: tuple[float, float]
    equipment: bool
    source: str


@dataclass(frozen=True)
class PackIndicator:
    """A key figure. `target` None: no target is given, take a baseline first; `target_value` is set
    where the target is one plain number in `unit`; `target_source` says who set it."""

    code: str
    title: Text
    formula: Text
    unit: Text
    direction: str
    target: Text | None
    source: str
    target_value: float | None = None
    target_source: Text | None = None


@dataclass(frozen=True)
class PackCheck:
    code: str
    title: Text
    risks: tuple[str, ...]
    source: str


@dataclass(frozen=True)
class PackTraining:
    """A topic; `details` has `who`, `way`, `evaluate`; `indicators` are those it is judged by."""

    code: str
    title: Text
    details: Mapping[str, Text]
    source: str
    indicators: tuple[str, ...] = ()


@dataclass(frozen=True)
class PlanStep:
    """A step of an emergency plan: what, who (bodies or actors, by code), within how many minutes.

    `minutes` is None where the time is not one number; `minutes_text` then says what holds, if
    anything does.
    """

    text: Text
    roles: tuple[str, ...]
    minutes: float | None = None
    minutes_text: Text | None = None
    output: Text | None = None
    source: str = ""


@dataclass(frozen=True)
class PackPlan:
    """Outline of an emergency plan. `packs` names the packs it serves (all industry packs where the
    source says so); `risks` the pack risks it answers when they are high."""

    code: str
    title: Text
    packs: tuple[str, ...]
    start_condition: Text
    steps: tuple[PlanStep, ...]
    resources: Text
    stop_condition: Text
    source: str
    risks: tuple[str, ...] = ()


@dataclass(frozen=True)
class PackDrill:
    """A drill; `details` has `type`, `tests`, `pass`, `cycle`; `plans` and `bodies` are what it
    tests, empty where any will do."""

    code: str
    title: Text
    details: Mapping[str, Text]
    source: str
    plans: tuple[str, ...] = ()
    bodies: tuple[str, ...] = ()


@dataclass(frozen=True)
class PackBody:
    """Who does what in an emergency."""

    code: str
    body: Text
    role: Text
    duty: Text
    source: str


@dataclass(frozen=True)
class PackTable:
    """Any further table of a pack: row by row, column by column, in both languages."""

    code: str
    title: Text
    columns: tuple[Text, ...]
    rows: tuple[tuple[Text, ...], ...]
    source: str


@dataclass(frozen=True)
class PackNote:
    """Prose of a pack."""

    code: str
    title: Text
    text: Text
    source: str


@dataclass(frozen=True)
class Pack:
    """One industry pack as loaded from its data file.

    `common_steps`: what every emergency plan does; `actors`: names of those in plan steps who are
    neither a body nor a role. `assumed`: effects, costs and added targets are assumptions.
    """

    code: str
    title: Text
    nodes: tuple[PackNode, ...] = ()
    risks: tuple[PackRisk, ...] = ()
    controls: tuple[PackControl, ...] = ()
    indicators: tuple[PackIndicator, ...] = ()
    checks: tuple[PackCheck, ...] = ()
    trainings: tuple[PackTraining, ...] = ()
    plans: tuple[PackPlan, ...] = ()
    drills: tuple[PackDrill, ...] = ()
    bodies: tuple[PackBody, ...] = ()
    common_steps: tuple[PlanStep, ...] = ()
    actors: Mapping[str, Text] = field(default_factory=dict)
    tables: tuple[PackTable, ...] = ()
    notes: tuple[PackNote, ...] = ()
    industry: Text = Text("", "")
    assumed: bool = True


@dataclass(frozen=True)
class Operator:
    """A way to redesign a process: when the evidence asks for it, and what to check afterwards.

    `findings`: codes of finders whose evidence asks for it, strongest first (an assumption).
    `example` tells what a text reports of it; it has no checkable source and is never a prior.
    """

    code: str
    title: Text
    when: Text
    example: Text
    check_after: Text
    source: str
    findings: tuple[str, ...] = ()


@dataclass(frozen=True)
class Role:
    code: str
    title: Text
    duty: Text
    source: str


@dataclass(frozen=True)
class ComplaintClass:
    """Priority of a complaint: when it holds, and its limits (assumptions of the pack)."""

    code: str
    title: Text
    when: Text
    acknowledge: Text
    reply: Text
    escalate_at_share: float
    source: str


@dataclass(frozen=True)
class ScorecardDimension:
    code: str
    title: Text
    indicators: tuple[str, ...]
    source: str


@dataclass(frozen=True)
class SharedFacts:
    """What holds for all packs."""

    operators: tuple[Operator, ...]
    roles: tuple[Role, ...]
    complaint_classes: tuple[ComplaintClass, ...]
    scorecard: tuple[ScorecardDimension, ...]
    tables: tuple[PackTable, ...]
    notes: tuple[PackNote, ...]

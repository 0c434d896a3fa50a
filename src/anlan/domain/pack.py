"""Industry packs: what is known of a kind of service before any data are seen."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Text:
    """The same text in Chinese and English."""

    zh: str
    en: str

    def in_language(self, language: str) -> str:
        return self.zh if language == "zh" else self.en


@dataclass(frozen=True)
class PackNode:
    """A step of the pack's process with the words that match activities of a log."""

    code: str
    title: Text
    words_zh: tuple[str, ...]
    words_en: tuple[str, ...]
    promise: Text
    source: str


@dataclass(frozen=True)
class PackRisk:
    """Cause, event and consequence at a node; `controls` and `indicators` may be of other packs."""

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
    code: str
    title: Text
    formula: Text
    unit: str
    direction: str
    target: Text | None
    source: str


@dataclass(frozen=True)
class PackCheck:
    code: str
    title: Text
    risks: tuple[str, ...]
    source: str


@dataclass(frozen=True)
class PackTraining:
    code: str
    title: Text
    details: Mapping[str, Text]
    source: str


@dataclass(frozen=True)
class PlanStep:
    """A step of an emergency plan: what, who, within how many minutes (None where by plan)."""

    text: Text
    role: str
    minutes: float | None
    minutes_text: str


@dataclass(frozen=True)
class PackPlan:
    code: str
    title: Text
    packs: tuple[str, ...]
    start_condition: Text
    steps: tuple[PlanStep, ...]
    resources: Text
    stop_condition: Text
    source: str


@dataclass(frozen=True)
class PackDrill:
    code: str
    title: Text
    details: Mapping[str, Text]
    source: str


@dataclass(frozen=True)
class Pack:
    """One industry pack as loaded from its data file."""

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

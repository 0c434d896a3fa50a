"""The detector that a definition names beside its limits, and the level that what it finds means.

    "detector": {"kind": "ewma", "centre": 420, "spread": 35, "level": "orange"}

chart        run rules on a control chart       ewma, cusum  small lasting shifts from a centre
seasonal     sigma from the usual week          rate         change per period of time
flat_line    the same value for too long

Only what is worse by the direction of the indicator fires; of a band both sides do. Limits stay in force
beside the detector: the higher level holds.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from anlan.domain.errors import UsageError
from anlan.loop.monitor.asking import LEVELS, Asked
from anlan.maths.control_charts.chart import Baseline
from anlan.maths.control_charts.run_rules import RULE_SETS
from anlan.maths.detection.charts import ChartRules, Cusum, Ewma
from anlan.maths.detection.movement import FlatLine, RateOfChange
from anlan.maths.detection.seasonal import Seasonal, SeasonalProfile
from anlan.maths.detection.thresholds import INFINITE, Grade, GradedThreshold
from anlan.maths.detection.verdicts import Detector, State, Value, Verdict

KINDS = ("chart", "ewma", "cusum", "seasonal", "rate", "flat_line")
ON_BASELINE = ("chart", "ewma", "cusum")
"""Detectors that hold readings against a centre and a spread."""
IN_STEPS = ("seasonal", "rate")
"""Detectors with a distance for each level."""

_SETTINGS: Mapping[str, tuple[str, ...]] = {
    "chart": ("centre", "spread", "rules", "level"),
    "ewma": ("centre", "spread", "weight", "width", "level"),
    "cusum": ("centre", "spread", "k", "h", "level"),
    "seasonal": ("weeks", "levels"),
    "rate": ("per_s", "levels"),
    "flat_line": ("readings", "for_s", "tolerance", "level"),
}
_SIDES: Mapping[str, tuple[int, ...]] = {
    "higher_worse": (1, 0),
    "lower_worse": (-1, 0),
    "band": (1, -1, 0),
}
"""Sides of a centre that are worse; 0: patterns without a side."""
_HOUR_S, _YEAR_S = 3600, 366 * 86_400


@dataclass(frozen=True)
class Chosen:
    """A detector and its settings, as read; levels: distance of each, in sigma or in units per `per_s`."""

    kind: str
    direction: str
    settings: Mapping[str, Any]

    @property
    def weeks(self) -> int:
        """Of readings that the usual week is taken from."""
        return int(self.settings["weeks"])

    def beside(
        self, threshold: GradedThreshold | None, profile: SeasonalProfile | None, *, minimum_size: float
    ) -> Detector | None:
        """The detector together with limits; None where neither can judge (yet)."""
        parts: dict[str, Detector] = {} if threshold is None else {"limits": threshold}
        if self.kind != "seasonal" or profile is not None:
            parts[self.kind] = Worse(self.built(profile), self.direction, self.kind)
        return Highest(parts, minimum_size) if parts else None

    def built(self, profile: SeasonalProfile | None = None) -> Detector:
        """The detector of the method, of both sides where it knows no direction."""
        said = self.settings
        if self.kind == "chart":
            rules = RULE_SETS[said["rules"]]
            levels = dict.fromkeys((rule.code for rule in rules), said["level"])
            return ChartRules(said["baseline"], rules, levels, sides=_SIDES[self.direction])
        if self.kind == "ewma":
            return Ewma(said["baseline"], said["weight"], said["width"], said["level"])
        if self.kind == "cusum":
            return Cusum(said["baseline"], said["k"], said["h"], level=said["level"])
        if self.kind == "flat_line":
            return FlatLine(said["readings"], said["for_s"] * 1_000_000, said["tolerance"], said["level"])
        if self.kind == "rate":
            return RateOfChange(said["grades"], said["per_s"] * 1_000_000)
        if profile is None:
            raise TypeError("a seasonal detector needs its profile")
        return Seasonal(profile, said["grades"])

    def in_control(self) -> Detector:
        """The same detector for readings of centre 0 and spread 1, to count how often it cries wolf."""
        settings = dict(self.settings) | {"baseline": Baseline("i_mr", 0.0, 1.0)}
        return Worse(replace(self, settings=settings).built(), self.direction, self.kind)


@dataclass(frozen=True)
class Worse(Detector):
    """A detector on readings that count whole; what it finds on the better side is normal."""

    inner: Detector
    direction: str
    kind: str

    def first(self) -> State:
        return self.inner.first()

    def judge(self, own: State, at_us: int, value: Value, size: float) -> tuple[State, Verdict]:
        after, verdict = self.inner.judge(own, at_us, value, 1.0)
        if verdict.level and not self._is_worse(verdict):
            return after, Verdict(0, "better", verdict.parameters)
        named = f"{self.kind}_{verdict.reason}" if self.kind in IN_STEPS and verdict.level else verdict.reason
        return after, Verdict(verdict.level, named, verdict.parameters)

    def _is_worse(self, verdict: Verdict) -> bool:
        told, sides = verdict.parameters, _SIDES[self.direction]
        if self.kind == "ewma":
            return (1 if float(told["mean"] or 0) > 0 else -1) in sides
        if self.kind == "cusum":
            sums = {1: float(told["high"] or 0), -1: float(told["low"] or 0)}
            return any(sums[side] > float(told["limit"] or 0) for side in sides if side)
        return True


@dataclass(frozen=True)
class Highest(Detector):
    """Several detectors on one series; the highest level holds, of equal ones the first."""

    parts: Mapping[str, Detector]
    minimum_size: float = 0.0

    def first(self) -> State:
        return {name: part.first() for name, part in self.parts.items()}

    def judge(self, own: State, at_us: int, value: Value, size: float) -> tuple[State, Verdict]:
        after, verdicts = dict(own), []
        for name, part in self.parts.items():
            after[name], verdict = part.judge(own[name] if name in own else part.first(), at_us, value, size)
            verdicts.append(verdict)
        return after, max(verdicts, key=lambda verdict: verdict.level)


def read_detector(asked: Asked, direction: str) -> Chosen | None:
    """The detector of a document; its faults are added to those of the document."""
    row = asked.document.get("detector")
    if row is None:
        return None
    if not isinstance(row, Mapping):
        asked.faults.append(UsageError("monitor.detector", found=str(row)[:60]))
        return None
    here = Asked(row, place="detector.")
    kind = here.one_of("kind", KINDS, "")
    if not here.faults:
        for name in sorted(set(row) - {"kind", *_SETTINGS[kind]}):
            here.faults.append(
                UsageError("monitor.field", found=f"detector.{name}"[:40], accepted=_SETTINGS[kind])
            )
        settings = _settings(here, kind, direction)
    asked.faults += here.faults
    return None if here.faults else Chosen(kind, direction, settings)


def _settings(here: Asked, kind: str, direction: str) -> dict[str, Any]:
    said: dict[str, Any] = {}
    if kind in IN_STEPS:
        said["grades"] = _grades(here, direction)
    else:
        named = here.one_of("level", LEVELS[1:], "yellow")
        said["level"] = LEVELS.index(named) if named in LEVELS else 2
    if kind in ON_BASELINE:
        said["baseline"] = _baseline(here)
    if kind == "chart":
        said["rules"] = here.one_of("rules", tuple(RULE_SETS), "nhs")
    elif kind == "ewma":
        said["weight"], said["width"] = (
            here.positive("weight", 0.2, most=1.0),
            here.positive("width", 3.0, most=100.0),
        )
    elif kind == "cusum":
        said["k"], said["h"] = here.positive("k", 0.5, most=100.0), here.positive("h", 5.0, most=1000.0)
    elif kind == "seasonal":
        said["weeks"] = here.whole("weeks", 2, 53, 8)
    elif kind == "rate":
        said["per_s"] = here.whole("per_s", 1, _YEAR_S, _HOUR_S)
    else:
        said["readings"] = here.whole("readings", 2, 100_000, 6)
        said["for_s"] = here.whole("for_s", 0, _YEAR_S, 0)
        said["tolerance"] = _tolerance(here)
    return said


def _baseline(here: Asked) -> Baseline:
    centre = here.number("centre")
    if centre is None and not any(
        fault.parameters.get("field") == "detector.centre" for fault in here.faults
    ):
        here.faults.append(UsageError("monitor.number", field="detector.centre", found=""))
    return Baseline("i_mr", centre or 0.0, here.positive("spread", None))


def _tolerance(here: Asked) -> float:
    found = here.number("tolerance") or 0.0
    if found < 0:
        here.faults.append(UsageError("monitor.positive", field="detector.tolerance", found=found, most=1e15))
    return max(found, 0.0)


def _grades(here: Asked, direction: str) -> GradedThreshold | None:
    """Distances by level, on the side that is worse."""
    rows = here.document.get("levels")
    if not isinstance(rows, Mapping) or not rows or set(rows) - set(LEVELS[1:]):
        here.faults.append(
            UsageError("monitor.detector_levels", found=str(rows or "")[:60], accepted=LEVELS[1:])
        )
        return None
    each = Asked(rows, place="detector.levels.")
    sizes = {LEVELS.index(name): each.positive(name, None) for name in LEVELS if name in rows}
    here.faults += each.faults
    if each.faults:
        return None
    high, low = direction != "lower_worse", direction != "higher_worse"
    try:
        return GradedThreshold(tuple(
            Grade(level, size if high else INFINITE, None, -size if low else -INFINITE, None)
            for level, size in sorted(sizes.items())
        ))  # fmt: skip
    except UsageError as fault:
        here.faults.append(fault)
        return None

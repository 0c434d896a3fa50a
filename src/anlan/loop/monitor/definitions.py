"""What an indicator is: how it is measured, when its readings are believed, and where they are too bad.

`read_definition` takes a document as a person or a program writes it and tells all faults at once.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from anlan.domain.errors import RefusedInput, Several, UsageError
from anlan.loop.monitor.asking import LEVELS as LEVELS
from anlan.loop.monitor.asking import Asked
from anlan.loop.monitor.detectors import Chosen, read_detector
from anlan.loop.monitor.formulas.reading import read_formula
from anlan.loop.monitor.formulas.tree import Node
from anlan.loop.monitor.measures import UNITS
from anlan.maths.detection.seasonal import SeasonalProfile
from anlan.maths.detection.thresholds import INFINITE, Grade, GradedThreshold
from anlan.maths.detection.verdicts import Detector

KINDS = ("kri", "kpi", "kci")
DIRECTIONS = ("higher_worse", "lower_worse", "band")
PERSPECTIVES = ("", "finance", "customer", "process", "learning")
"""Sides of a balanced scorecard; empty: on none."""

SHORTEST_GRAIN_S, LONGEST_GRAIN_S = 60, 366 * 86_400
_FIELDS = {
    "kind", "unit", "direction", "grain_s", "leading", "perspective", "target", "appetite", "lowest",
    "highest", "min_sample", "stale_after_s", "limits", "consecutive", "clear_after", "hold_s",
    "dimensions", "detector", "formula",
}  # fmt: skip


MOST_IN_A_ROW = 1_000


@dataclass(frozen=True)
class Limit:
    """level: 1 to 4; side: `above` or `below`, where it is worse. At `fire` it fires; it clears on the better
    side of `clear`."""

    level: int
    fire: float
    clear: float
    side: str


class RefusedDefinition(Several, RefusedInput):
    """A definition that cannot hold; all its faults."""


@dataclass(frozen=True)
class Definition:
    """An indicator as it is measured.

    grain_s         seconds of a period; a reading belongs to the period that its time begins
    target          value aimed at; appetite: value the organisation accepts at most (or least)
    lowest, highest a reading outside is not believed and waits for a person
    min_sample      a reading of fewer cases sets off nothing
    stale_after_s   without a reading for so long the series is stale; None: never
    dimensions      names of what series are told apart by besides the unit (channel, shift)
    limits          by level; threshold: what judges readings by them, None where there are none
    detector        what judges the readings beside the limits, None for limits alone
    formula         what computes its readings of those of others, None where they are reported
    """

    kind: str
    unit: str
    direction: str
    grain_s: int
    leading: bool | None
    perspective: str
    target: float | None
    appetite: float | None
    lowest: float | None
    highest: float | None
    min_sample: int
    stale_after_s: int | None
    dimensions: tuple[str, ...]
    limits: tuple[Limit, ...]
    consecutive: int
    clear_after: int
    detector: Chosen | None
    formula: Node | None
    threshold: GradedThreshold | None

    def rule_with(self, profile: SeasonalProfile | None) -> Detector | None:
        """What judges a series of this usual week, None where none is known yet; None where nothing does."""
        if self.detector is None:
            return self.threshold
        return self.detector.beside(self.threshold, profile, minimum_size=float(self.min_sample))

    @property
    def rule(self) -> Detector | None:
        return self.rule_with(None)


def read_definition(document: Mapping[str, Any]) -> Definition:
    """The definition a document gives. Errors: RefusedDefinition with every fault, each naming its field."""
    asked = Asked(document)
    for name in sorted(set(document) - _FIELDS):
        asked.faults.append(UsageError("monitor.field", found=name[:40], accepted=tuple(sorted(_FIELDS))))
    unit = asked.one_of("unit", tuple(UNITS), "number")
    direction = asked.one_of("direction", DIRECTIONS, "higher_worse")
    lowest, highest = asked.number("lowest"), asked.number("highest")
    if lowest is not None and highest is not None and lowest >= highest:
        asked.faults.append(UsageError("monitor.bounds", low=lowest, high=highest))
    found = {
        "kind": asked.one_of("kind", KINDS, "kri"), "unit": unit, "direction": direction,
        "grain_s": asked.whole("grain_s", SHORTEST_GRAIN_S, LONGEST_GRAIN_S, 3600),
        "leading": asked.flag("leading"), "target": asked.number("target"),
        "perspective": asked.one_of("perspective", PERSPECTIVES, ""),
        "appetite": asked.number("appetite"), "lowest": lowest, "highest": highest,
        "min_sample": asked.whole("min_sample", 0, 1_000_000_000, 0),
        "stale_after_s": asked.whole("stale_after_s", SHORTEST_GRAIN_S, LONGEST_GRAIN_S, None),
        "dimensions": asked.names("dimensions", most=4), "limits": _limits(asked, direction),
        "consecutive": asked.whole("consecutive", 1, MOST_IN_A_ROW, 1),
        "clear_after": asked.whole("clear_after", 1, MOST_IN_A_ROW, 1),
        "detector": read_detector(asked, direction), "formula": _formula(asked),
    }  # fmt: skip
    hold = asked.whole("hold_s", 0, LONGEST_GRAIN_S, 0) or 0
    threshold = None
    if found["limits"] and not asked.faults:
        threshold = _threshold(asked, found, hold_us=hold * 1_000_000)
    if asked.faults:
        raise RefusedDefinition("monitor.definition", tuple(asked.faults))
    return Definition(**found, threshold=threshold)  # type: ignore[arg-type]


def _formula(asked: Asked) -> Node | None:
    """The tree of the field `formula`; None where it is empty."""
    text = asked.document.get("formula")
    if text is None or text == "":
        return None
    if not isinstance(text, str):
        asked.faults.append(UsageError("monitor.choice", field="formula", found=str(text)[:60],
                                       accepted=("KI-0001 / KI-0002",)))  # fmt: skip
        return None
    try:
        return read_formula(text)
    except RefusedInput as fault:
        asked.faults.append(fault)
        return None


def _limits(asked: Asked, direction: str) -> tuple[Limit, ...]:
    rows = asked.document.get("limits") or ()
    if not isinstance(rows, list | tuple):
        asked.faults.append(UsageError("monitor.limits", found=str(rows)[:60]))
        return ()
    found = [limit for row in rows if (limit := _limit(asked, row, direction)) is not None]
    for limit in found:
        if sum((each.level, each.side) == (limit.level, limit.side) for each in found) > 1:
            asked.faults.append(UsageError("monitor.level_twice", level=LEVELS[limit.level]))
            break
    return tuple(sorted(found, key=lambda each: each.level))


def _threshold(asked: Asked, found: Mapping[str, Any], *, hold_us: int) -> GradedThreshold | None:
    """Graded thresholds of the limits; on which both sides of a band may be watched."""
    grades: list[Grade] = []
    try:
        for level in sorted({limit.level for limit in found["limits"]}):
            own = {limit.side: limit for limit in found["limits"] if limit.level == level}
            above, below = own.get("above"), own.get("below")
            grades.append(Grade(
                level, above.fire if above else INFINITE, above.clear if above else None,
                below.fire if below else -INFINITE, below.clear if below else None,
                found["consecutive"], found["clear_after"], hold_us,
            ))  # fmt: skip
        return GradedThreshold(tuple(grades), minimum_size=float(found["min_sample"]))
    except UsageError as fault:
        asked.faults.append(fault)
        return None


def _limit(asked: Asked, row: Any, direction: str) -> Limit | None:
    """A row {level, fire, clear, side}; without `clear` it clears where it fires, without `side` where the
    direction says it is worse."""
    if not isinstance(row, Mapping) or set(row) - {"level", "fire", "clear", "side"}:
        asked.faults.append(UsageError("monitor.limits", found=str(row)[:60]))
        return None
    here = Asked(row, place="limits.")
    level = here.one_of("level", LEVELS[1:], "")
    usual = {"higher_worse": "above", "lower_worse": "below"}.get(direction, "")
    side = here.one_of("side", ("above", "below") if not usual else (usual,), usual)
    fire, clear = here.number("fire"), here.number("clear")
    if fire is None and not here.faults:
        here.faults.append(UsageError("monitor.number", field="limits.fire", found=""))
    asked.faults += here.faults
    if here.faults or fire is None:
        return None
    return Limit(LEVELS.index(level), fire, fire if clear is None else clear, side)

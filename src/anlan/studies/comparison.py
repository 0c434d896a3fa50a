"""Two results side by side: which figures and risks moved, and what was asked differently."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Moved:
    """A value before and after; `change` where both are numbers."""

    name: str
    before: Any
    after: Any

    @property
    def change(self) -> float | None:
        both = (self.before, self.after)
        if all(isinstance(value, int | float) and not isinstance(value, bool) for value in both):
            return float(self.after - self.before)
        return None

    @property
    def moved(self) -> bool:
        return bool(self.before != self.after)


@dataclass(frozen=True)
class MovedRisk:
    """A risk in both results; the whole entry of each, None where it is not in one of them."""

    id: str
    before: Mapping[str, Any] | None
    after: Mapping[str, Any] | None

    @property
    def title(self) -> Mapping[str, str]:
        entry: Mapping[str, Any] = self.after or self.before or {}
        title: Mapping[str, str] = entry["title"]
        return title

    @property
    def level(self) -> Moved:
        return Moved("level", _level(self.before), _level(self.after))

    @property
    def loss(self) -> Moved:
        return Moved("loss", _loss(self.before), _loss(self.after))

    @property
    def moved(self) -> bool:
        return self.level.moved or self.loss.moved


@dataclass(frozen=True)
class Comparison:
    """figures: all of both; asked: parameters that differ; risks: that moved, the largest change first."""

    figures: tuple[Moved, ...]
    asked: tuple[Moved, ...]
    risks: tuple[MovedRisk, ...]
    unmoved: int
    same_unit: bool


def compare(
    before: Mapping[str, Any], after: Mapping[str, Any], *, figures: tuple[Mapping, Mapping]
) -> Comparison:
    """What moved from one result to the other. `figures`: the few numbers of each."""
    risks = _risks(before.get("risks", ()), after.get("risks", ()))
    moved = sorted((risk for risk in risks if risk.moved), key=_size)
    units = [result.get("portfolio", {}).get("unit") for result in (before, after)]
    return Comparison(
        figures=tuple(_counts(*figures)),
        asked=tuple(pair for pair in _pairs(_asked(before), _asked(after)) if pair.moved),
        risks=tuple(moved),
        unmoved=len(risks) - len(moved),
        same_unit=units[0] == units[1],
    )


def _risks(before: Iterable[Mapping[str, Any]], after: Iterable[Mapping[str, Any]]) -> list[MovedRisk]:
    old, new = ({risk["id"]: risk for risk in risks} for risks in (before, after))
    return [MovedRisk(key, old.get(key), new.get(key)) for key in dict.fromkeys([*new, *old])]


def _size(risk: MovedRisk) -> tuple[bool, float]:
    """Changes of level first, then the larger change of loss; a risk of one result counts in full."""
    change = (risk.loss.after or 0.0) - (risk.loss.before or 0.0)
    return not risk.level.moved, -abs(change)


def _pairs(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterable[Moved]:
    return (Moved(name, before.get(name), after.get(name)) for name in dict.fromkeys([*before, *after]))


def _asked(result: Mapping[str, Any]) -> dict[str, Any]:
    """Parameters, input, point of time and version: what may make two results differ."""
    provenance = result.get("provenance", {})
    if "inputs" in result:
        head = {name: result.get(name) for name in ("title", "risk", "stage", "bands")}
        facts = {
            name: provenance.get(name) for name in ("seed", "method_version", "code_version", "platform")
        }
        return {**head, **_places(result["inputs"]), **facts}
    facts = {name: provenance.get(name) for name in ("input_sha256", "as_of", "version", "platform")}
    return {**provenance.get("parameters", {}), **facts}


def _places(inputs: Any, where: str = "") -> dict[str, Any]:
    """Each input of an assessment by its place, as faults name it: `events[3].probability`."""
    if isinstance(inputs, Mapping) and "kind" not in inputs:
        found: dict[str, Any] = {}
        for name, value in inputs.items():
            found |= _places(value, f"{where}.{name}" if where else str(name))
        return found
    if isinstance(inputs, list) and any(isinstance(each, Mapping | list) for each in inputs):
        found = {}
        for place, value in enumerate(inputs, start=1):
            found |= _places(value, f"{where}[{place}]")
        return found
    return {where: inputs}


def _counts(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterable[Moved]:
    """Figures of both; a kind that one of them does not count (no risk of that level) is 0 there."""
    for pair in _pairs(_flat(before), _flat(after)):
        group, _, kind = pair.name.partition(".")
        if kind and group in before and group in after:
            yield Moved(pair.name, pair.before or 0, pair.after or 0)
        else:
            yield pair


def _flat(figures: Mapping[str, Any]) -> dict[str, Any]:
    """`levels: {high: 3}` as `levels.high: 3`; words in two languages are no figures."""
    flat: dict[str, Any] = {}
    for name, value in figures.items():
        if isinstance(value, Mapping) and set(value) == {"zh", "en"}:
            continue
        if isinstance(value, Mapping):
            flat |= {f"{name}.{inner}": number for inner, number in value.items()}
        else:
            flat[name] = value
    return flat


def _level(risk: Mapping[str, Any] | None) -> str | None:
    return None if risk is None else str(risk["index"]["level"])


def _loss(risk: Mapping[str, Any] | None) -> float | None:
    return None if risk is None else risk["annual_loss"]["mean"]

"""What a reader can lay over a process map: load, time, waiting, rework, breaches, deviation,
level of risk, open alerts.

Every figure is one of the result's own; an overlay without figures says why, so that its absence is not
taken for a zero.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from anlan.formats.report.flow.waits import limits_between
from anlan.formats.report.levels import LevelMark, Levels

Kind = Literal["count", "duration", "share", "level"]
CODES = ("load", "time", "waiting", "rework", "breaches", "deviation", "risk", "alerts")


@dataclass(frozen=True)
class Overlay:
    """values: by activity, in the unit of `kind` (share: 0..1); limits: between the four steps of its
    colour, rising; levels: the highest level by activity, where the kind is `level`.

    variant: which word names it where the same question has two sources; missing: why there are no
    figures, a key of `report.overlays.missing`.
    """

    code: str
    kind: Kind
    values: Mapping[str, float] = field(default_factory=dict)
    limits: tuple[float, ...] = ()
    levels: Mapping[str, LevelMark] = field(default_factory=dict)
    variant: str = ""
    missing: str = ""

    @property
    def word(self) -> str:
        """Key of the figure's name in `report.overlays`."""
        return self.variant or self.code

    def step(self, node: str) -> int | None:
        """1 (lowest) to 4; None where nothing is known."""
        value = self.values.get(node)
        return None if value is None else 1 + sum(value >= limit for limit in self.limits)

    def worst(self, most: int = 3) -> list[str]:
        """Activities with the largest figures above zero."""
        order = sorted(self.values, key=lambda name: (-self.values[name], name))
        return [name for name in order if self.values[name] > 0][:most]


def overlays_of(
    process: Mapping[str, Any],
    *,
    key_nodes: Sequence[Mapping[str, Any]],
    risks_at: Mapping[str, Sequence[Mapping[str, Any]]],
    levels: Levels,
    deviations: Mapping[str, float] | None = None,
    alerts: Mapping[str, int] | None = None,
) -> dict[str, Overlay]:
    """All overlays by code. risks_at: risks with a level, by activity. deviations: share of the cases that
    deviate from the model at an activity; None where nothing was held against a model. alerts:
    open ones by activity that an indicator watches; None where the reader may not see alerts."""
    made = (
        _load(process),
        _time(process),
        _waiting(process),
        _rework(process),
        _breaches(key_nodes),
        _deviation(process, deviations),
        _risk(risks_at, levels),
        _alerts(alerts),
    )
    return {overlay.code: overlay for overlay in made}


def _load(process: Mapping[str, Any]) -> Overlay:
    values = {a["name"]: float(a["count"]) for a in process["activities"]}
    return Overlay("load", "count", values, _quarters(values.values()))


def _time(process: Mapping[str, Any]) -> Overlay:
    """Median of the work where the log has starts; else of the most frequent transition into the node."""
    medians = {a["name"]: a["service_s"]["median"] for a in process["activities"] if a["service_s"]}
    if medians:
        return Overlay("time", "duration", medians, limits_between(sorted(medians.values())))
    usual: dict[str, Mapping[str, Any]] = {}
    for edge in process["edges"]:
        before = usual.get(edge["to"])
        if edge["from"] != edge["to"] and (before is None or edge["count"] > before["count"]):
            usual[edge["to"]] = edge
    medians = {name: edge["median_s"] for name, edge in usual.items()}
    if not medians:
        return Overlay("time", "duration", missing="no_transitions")
    return Overlay(
        "time", "duration", medians, limits_between(sorted(medians.values())), variant="transition"
    )


def _waiting(process: Mapping[str, Any]) -> Overlay:
    means = {a["name"]: a["waiting_s"]["mean"] for a in process["activities"] if a["waiting_s"]}
    if not means:
        return Overlay("waiting", "duration", missing="no_starts")
    return Overlay("waiting", "duration", means, limits_between(sorted(means.values())))


def _rework(process: Mapping[str, Any]) -> Overlay:
    """Share of a node's cases that repeat it."""
    values = {a["name"]: a["rework_cases"] / max(a["cases"], 1) for a in process["activities"]}
    return Overlay("rework", "share", values, (0.02, 0.05, 0.15))


def _breaches(key_nodes: Sequence[Mapping[str, Any]]) -> Overlay:
    """A node's share of all breaches that the newest assessment divides over the nodes.

    The result holds marks, which are the attributed breaches on one common scale; their shares are those
    of the breaches themselves.
    """
    if not key_nodes:
        return Overlay("breaches", "share", missing="no_run")
    marks = {node["activity"]: node["criteria"].get("breaches") for node in key_nodes}
    known = {name: mark for name, mark in marks.items() if mark is not None}
    total = sum(known.values())
    if not known:
        return Overlay("breaches", "share", missing="no_promise")
    values = {name: mark / total if total else 0.0 for name, mark in known.items()}
    return Overlay("breaches", "share", values, (0.05, 0.15, 0.3))


def _deviation(process: Mapping[str, Any], deviations: Mapping[str, float] | None) -> Overlay:
    """An activity without a deviation has the share 0."""
    if deviations is None:
        return Overlay("deviation", "share", missing="no_model_run")
    values = {a["name"]: deviations.get(a["name"], 0.0) for a in process["activities"]}
    return Overlay("deviation", "share", values, (0.01, 0.05, 0.15))


def _risk(risks_at: Mapping[str, Sequence[Mapping[str, Any]]], levels: Levels) -> Overlay:
    highest = {name: mark for name, risks in risks_at.items() if (mark := levels.highest(risks))}
    if not highest:
        return Overlay("risk", "level", missing="no_risks")
    values = {name: float(mark.rank) for name, mark in highest.items()}
    return Overlay("risk", "level", values, levels=highest)


def _alerts(alerts: Mapping[str, int] | None) -> Overlay:
    """A node that no indicator watches has no figure: no alert there says nothing of how it goes."""
    if alerts is None:
        return Overlay("alerts", "count", missing="alerts_hidden")
    if not alerts:
        return Overlay("alerts", "count", missing="not_watched")
    return Overlay("alerts", "count", {name: float(n) for name, n in alerts.items()}, (1.0, 2.0, 4.0))


def _quarters(values: Any) -> tuple[float, ...]:
    """Up to three limits near the quartiles, of two significant digits."""
    rising = sorted(values)
    if not rising:
        return ()
    chosen = (rising[min(int(share * len(rising)), len(rising) - 1)] for share in (0.25, 0.5, 0.75))
    return tuple(sorted({float(f"{value:.2g}") for value in chosen} - {0.0}))

"""Measures of a treatment plan as changes of a twin: its risks come less often, their delays are shorter.

A measure leaves a share f = l c of a yearly loss, l of how often and c of how bad; a link of strength s
passes on 1 - s (1 - f) (`loop.treat.effects`). In the twin the risk then comes 1 - s (1 - l) times as often,
and its delay is so much shorter that the product is the same. What no operator can do is told: a risk the
twin does not hold, and a milder consequence of a risk whose harm is no delay.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from anlan.loop.improve.twin.names import activity_of

UNTOLD = ("absent", "several", "consequence", "no_effect")
_NONE = 1e-9


@dataclass(frozen=True)
class Held:
    """name: of the risk of the twin, empty where there is none to take; several: those it could be."""

    name: str
    several: tuple[str, ...] = ()


@dataclass(frozen=True)
class Aim:
    """A risk that a measure acts on. names: by which a twin may know it, the first to call it by; nodes:
    where it is; strength: of the link, 0..1."""

    names: tuple[str, ...]
    nodes: tuple[str, ...]
    strength: float


@dataclass(frozen=True)
class Untold:
    """What of a measure the twin cannot try. reason: one of `UNTOLD`; names: risks of the twin."""

    risk: str
    reason: str
    names: tuple[str, ...] = ()


@dataclass(frozen=True)
class Tryable:
    """changes: of a design, none where nothing can be tried; untold: the rest."""

    changes: tuple[Mapping[str, Any], ...]
    untold: tuple[Untold, ...]


def held(
    inputs: Mapping[str, Any], *, names: Iterable[str], nodes: Iterable[str],
    key: Callable[[str], str] = lambda activity: activity,
) -> Held:  # fmt: skip
    """The risk of a twin that goes by one of the names, or is the only one at the nodes. key: of an activity,
    as nodes are called."""
    rows = list(inputs.get("risks") or ())
    titles = {each.strip().casefold() for each in names if each.strip()}
    by_name = [row["name"] for row in rows if str(row["name"]).strip().casefold() in titles]
    places = set(nodes)
    at_node = [
        row["name"] for row in rows
        if (step := row.get("step")) and places & {step, activity_of(step), key(activity_of(step))}
    ]  # fmt: skip
    found = by_name or at_node
    return Held(found[0]) if len(found) == 1 else Held("", tuple(found))


def tryable(
    inputs: Mapping[str, Any], aims: Sequence[Aim], *, likelihood: float, consequence: float,
    once: float | None = None,
) -> Tryable:  # fmt: skip
    """likelihood, consequence: shares left by the measure, 0..1; once: its cost in money, where known."""
    rows = {row["name"]: row for row in inputs.get("risks") or ()}
    changes: list[dict[str, Any]] = []
    untold: list[Untold] = []
    for aim in aims:
        found = held(inputs, names=aim.names, nodes=aim.nodes)
        if not found.name:
            untold.append(Untold(aim.names[0], "several" if found.several else "absent", found.several))
            continue
        if any(found.name == change["risks"] for change in changes):
            continue
        often, bad = _factors(aim.strength, likelihood, consequence)
        has_delay = rows[found.name].get("delay") is not None
        if bad < 1.0 - _NONE and not has_delay:
            untold.append(Untold(aim.names[0], "consequence", (found.name,)))
        if often < 1.0 - _NONE or (bad < 1.0 - _NONE and has_delay):
            delay = {"delay_factor": bad} if has_delay and bad < 1.0 - _NONE else {}
            changes.append({"operator": "treat", "risks": found.name, "factor": often, **delay})
        elif bad >= 1.0 - _NONE:
            untold.append(Untold(aim.names[0], "no_effect", (found.name,)))
    if changes and once is not None:
        changes[0]["once"] = once
    return Tryable(tuple(changes), tuple(untold))


def _factors(strength: float, likelihood: float, consequence: float) -> tuple[float, float]:
    """How often and how bad it is still, through a link of that strength."""
    often = 1.0 - strength * (1.0 - likelihood)
    left = 1.0 - strength * (1.0 - likelihood * consequence)
    return often, left / often if often > 0.0 else 1.0

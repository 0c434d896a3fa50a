"""What changed from one design to another. Steps are the same where their keys are.

A step has moved when it is not in the longest run of steps that kept their order; so one step carried from
the end to the front is one move, and the steps it passed are none.
"""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from anlan.domain.design.model import Design, Step

FIELDS = ("kind", "form", "role", "channel", "sla_s", "criticality", "owner", "sop", "lane",
          "evidence")  # fmt: skip


@dataclass(frozen=True)
class Change:
    """code: added, removed, renamed, moved, changed; link_added, link_removed, link_changed.

    name, name_en: of the step, for a link of the step it leaves; target, target_en: of the step it leads to.
    field: for renamed and changed. old, new: its values; for moved the places, from 1.
    """

    code: str
    key: str
    name: str
    name_en: str = ""
    field: str = ""
    old: Any = None
    new: Any = None
    target: str = ""
    target_en: str = ""


def changes_between(old: Design, new: Design) -> list[Change]:
    """Steps in the order of the new design, then those removed, then links."""
    before = {step.key: step for step in old.steps}
    after = {step.key: step for step in new.steps}
    moved = _moved(old, new)
    changes: list[Change] = []
    for step in new.steps:
        if step.key not in before:
            changes.append(Change("added", step.key, step.name, step.name_en))
            continue
        changes += _of_step(before[step.key], step)
        if step.key in moved:
            changes.append(Change("moved", step.key, step.name, step.name_en, "", *moved[step.key]))
    changes += [Change("removed", s.key, s.name, s.name_en) for s in old.steps if s.key not in after]
    return changes + _of_links(old, new, before | after)


def _of_step(old: Step, new: Step) -> list[Change]:
    def change(code: str, field: str) -> Change:
        return Change(code, new.key, new.name, new.name_en, field, getattr(old, field), getattr(new, field))

    renamed = [change("renamed", f) for f in ("name", "name_en") if getattr(old, f) != getattr(new, f)]
    return renamed + [change("changed", f) for f in FIELDS if getattr(old, f) != getattr(new, f)]


def _moved(old: Design, new: Design) -> dict[str, tuple[int, int]]:
    """Key -> places before and after, of the steps that left their order."""
    was = {step.key: i for i, step in enumerate(old.steps)}
    now = {step.key: i for i, step in enumerate(new.steps)}
    common = [step.key for step in new.steps if step.key in was]
    kept = _longest_rise([was[key] for key in common])
    return {key: (was[key] + 1, now[key] + 1) for i, key in enumerate(common) if i not in kept}


def _longest_rise(values: Sequence[int]) -> set[int]:
    """Indices of a longest rising subsequence (patience sorting)."""
    tails: list[int] = []
    last: list[int] = []
    before: list[int | None] = []
    for i, value in enumerate(values):
        at = bisect_left(tails, value)
        before.append(last[at - 1] if at else None)
        tails[at:], last[at:] = [value, *tails[at + 1 :]], [i, *last[at + 1 :]]
    kept, at_index = set(), last[-1] if last else None
    while at_index is not None:
        kept.add(at_index)
        at_index = before[at_index]
    return kept


def _of_links(old: Design, new: Design, steps: dict[str, Step]) -> list[Change]:
    before = {(link.source, link.target): link for link in old.links}
    after = {(link.source, link.target): link for link in new.links}

    def change(code: str, pair: tuple[str, str], field: str = "", *values: Any) -> Change:
        u, v = steps[pair[0]], steps[pair[1]]
        was, now = values or (None, None)
        return Change(code, u.key, u.name, u.name_en, field, was, now, v.name, v.name_en)

    changes = [change("link_added", pair) for pair in after if pair not in before]
    changes += [change("link_removed", pair) for pair in before if pair not in after]
    for pair in (pair for pair in after if pair in before):
        for field in ("probability", "condition"):
            was, now = getattr(before[pair], field), getattr(after[pair], field)
            if was != now:
                changes.append(change("link_changed", pair, field, was, now))
    return changes

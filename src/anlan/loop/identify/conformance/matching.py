"""Which steps of a design the activities of a log stand for: by name, by key, or by English name.

Names are compared as they are written, blanks at their ends and Unicode forms apart. Nothing is guessed: an
activity no step bears the name of is unknown, and named.
"""

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from anlan.domain.design import Design, Step

CHECKED_KINDS = ("task", "handover")
"""Kinds of steps that are work: a log that never has one lacks it. Waits and events may go unrecorded."""


@dataclass(frozen=True)
class Matched:
    """labels: key of each step that is checked -> activity of the log, or the step's name where it has none.
    unrecorded: keys of the checked steps that the log never has. unchecked: keys of waits and events that the
    log never has; they pass in silence. unknown: activities that no step stands for."""

    labels: Mapping[str, str]
    unrecorded: tuple[str, ...]
    unchecked: tuple[str, ...]
    unknown: tuple[str, ...]


def match(design: Design, activities: Iterable[str]) -> Matched:
    """Gateways stand for no activity."""
    known = {_plain(name): name for name in activities}
    labels, unrecorded, unchecked = {}, [], []
    for step in design.steps:
        if step.kind == "gateway":
            continue
        activity = _activity_of(step, known)
        if activity is not None:
            labels[step.key] = activity
        elif step.kind in CHECKED_KINDS:
            labels[step.key] = step.name
            unrecorded.append(step.key)
        elif not step.form:
            unchecked.append(step.key)
    taken = set(labels.values())
    unknown = tuple(sorted(name for name in known.values() if name not in taken))
    return Matched(labels, tuple(unrecorded), tuple(unchecked), unknown)


def _activity_of(step: Step, known: Mapping[str, str]) -> str | None:
    names = (_plain(name) for name in (step.name, step.key, step.name_en) if name)
    return next((known[name] for name in names if name in known), None)


def _plain(name: str) -> str:
    return unicodedata.normalize("NFC", name).strip()

"""Single edits of a design; each returns the design it leads to, or says why it cannot."""

from dataclasses import replace
from typing import Any

from anlan.domain.design.model import FORMS, LONGEST_KEY, Design, Link, Step, checked
from anlan.domain.errors import UsageError


def add_step(design: Design, step: Step, *, after: str = "") -> Design:
    """With a free key made from its name. `after`: key of the step it follows and is linked from."""
    made = replace(step, key=free_key(design, step.name), form=form_for(step.kind, step.form))
    if not after:
        return checked(replace(design, steps=(*design.steps, made)))
    place = _place(design, after) + 1
    steps = (*design.steps[:place], made, *design.steps[place:])
    return checked(Design(steps, (*design.links, Link(after, made.key))))


def change_step(design: Design, key: str, **fields: Any) -> Design:
    """The key stays, whatever the new name."""
    place = _place(design, key)
    changed = replace(design.steps[place], **fields)
    changed = replace(changed, form=form_for(changed.kind, changed.form))
    return checked(replace(design, steps=(*design.steps[:place], changed, *design.steps[place + 1 :])))


def remove_step(design: Design, key: str) -> Design:
    """With the links that touch it."""
    place = _place(design, key)
    links = tuple(link for link in design.links if key not in (link.source, link.target))
    return Design((*design.steps[:place], *design.steps[place + 1 :]), links)


def move_step(design: Design, key: str, *, by: int) -> Design:
    """`by` places later in the order (earlier where negative), at most to the end."""
    place = _place(design, key)
    steps = list(design.steps)
    moved = steps.pop(place)
    steps.insert(min(max(place + by, 0), len(steps)), moved)
    return replace(design, steps=tuple(steps))


def connect(design: Design, link: Link) -> Design:
    return checked(replace(design, links=(*design.links, link)))


def change_link(
    design: Design, source: str, target: str, *, probability: float | None, condition: str
) -> Design:
    old = design.link(source, target)
    new = replace(old, probability=probability, condition=condition)
    return checked(replace(design, links=tuple(new if link == old else link for link in design.links)))


def disconnect(design: Design, source: str, target: str) -> Design:
    old = design.link(source, target)
    return replace(design, links=tuple(link for link in design.links if link != old))


def free_key(design: Design, name: str) -> str:
    """The name, or the name with the first number that makes it free."""
    taken, stem = {step.key for step in design.steps}, name.strip()
    if not stem:
        raise UsageError("design.name_missing")
    stem = stem[: LONGEST_KEY - 6]
    return next(key for key in (stem, *(f"{stem} {n}" for n in range(2, len(taken) + 3))) if key not in taken)


def form_for(kind: str, form: str) -> str:
    """The form where it goes with the kind, else the kind's first."""
    accepted = FORMS.get(kind, ("",))
    return form if form in accepted else accepted[0]


def _place(design: Design, key: str) -> int:
    return design.steps.index(design.step(key))

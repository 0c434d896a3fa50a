"""Pictures of a twin, and of what a design changes in it."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from django.utils.safestring import SafeString

from anlan.domain.design import Design, Step
from anlan.formats import wording
from anlan.loop.improve.designs.drafts import Draft
from anlan.loop.improve.twin.differences import ADDED, CHANGED, REMOVED, InputChange
from anlan.loop.improve.twin.flow import flow_of, mean_minutes
from anlan.web.catalog.drawings import Marks, marked_drawing
from anlan.web.common.texts import language, text
from anlan.web.studio.names_said import name_said, names_said

_ARROW = " → "


def twin_drawing(inputs: Mapping[str, Any]) -> SafeString:
    """Steps with their mean time and who does them, ways with their shares."""
    flow = flow_of(inputs)
    return marked_drawing(named_end(flow), Marks(below=_below(flow, mean_minutes(inputs))),
                          title=text("studio.map.title"))  # fmt: skip


def change_drawing(
    before: Mapping[str, Any], after: Mapping[str, Any], changes: Sequence[InputChange]
) -> SafeString:
    """Both in one: what is added, what is gone, what is other than it was."""
    old, new = flow_of(before), flow_of(after)
    gone = [step for step in old.steps if all(step.key != each.key for each in new.steps)]
    links = {(link.source, link.target): link for link in old.links}
    now = {(link.source, link.target): link for link in new.links}
    union = Design(
        (*_in_place(old.steps, new.steps, gone),),
        (*new.links, *(link for ends, link in links.items() if ends not in now)),
    )
    times = (mean_minutes(before), mean_minutes(after))
    marks = Marks(
        below=_below(union, times[1]) | _moved(*times) | {step.key: text("studio.map.gone") for step in gone},
        steps=_marked(changes, after),
        links={ends: ADDED for ends in now if ends not in links}
        | {ends: REMOVED for ends in links if ends not in now},
    )
    return marked_drawing(named_end(union), marks, title=text("studio.map.changes"))


def _in_place(old: Sequence[Step], new: Sequence[Step], gone: Sequence[Step]) -> list[Step]:
    """The new steps, and each one that is gone behind the one it stood behind."""
    found = list(new)
    keys = [step.key for step in old]
    for step in gone:
        before = keys[: keys.index(step.key)][::-1]
        at = next((n + 1 for key in before for n, each in enumerate(found) if each.key == key), 0)
        found.insert(at, step)
    return found


def _marked(changes: Sequence[InputChange], after: Mapping[str, Any]) -> dict[str, str]:
    """Step -> how it changed, by itself, by a risk at it, or by who does it."""
    found: dict[str, str] = {}
    for change in changes:
        if change.table == "steps":
            found.setdefault(change.name, change.kind)
    people = {change.name for change in changes if change.table in ("pools", "shifts")}
    risks = {change.name for change in changes if change.table == "risks"}
    touched = {row.get("step") for row in after.get("risks") or () if row["name"] in risks}
    draft = Draft(after)
    for row in after["steps"]:
        if row["name"] in touched or people & set(draft.pools_of(row)):
            found.setdefault(str(row["name"]), CHANGED)
    return found


def _moved(before: Mapping[str, float], after: Mapping[str, float]) -> dict[str, str]:
    """Of steps whose mean time changed: both."""
    lang = language()
    return {
        name: text("studio.map.moved", before=wording.number(before[name], lang), after=minutes_said(mean))
        for name, mean in after.items()
        if name in before and abs(before[name] - mean) > 1e-9 * max(1.0, abs(mean))
    }


def _below(flow: Design, means: Mapping[str, float]) -> dict[str, str]:
    parts = {
        step.key: (minutes_said(means[step.key]) if step.key in means else "", names_said(step.role))
        for step in flow.steps
    }
    return {key: " · ".join(part for part in both if part) for key, both in parts.items()}


def minutes_said(minutes: float) -> str:
    """A time of the inputs, in words."""
    return wording.duration(minutes * 60, language())


def named_end(flow: Design) -> Design:
    """The flow with its names in words, and one for its end, that has none of its own."""
    steps = tuple(
        replace(step, name=text("studio.map.end") if step.form == "end" else name_said(step.name))
        for step in flow.steps
    )
    return Design(steps, flow.links)


def ends_of(name: str) -> tuple[str, str]:
    """Both ends of a way as `differences` names it."""
    source, _, target = name.partition(_ARROW)
    return source, target

"""Changes in sentences: what each one of a design does, and what is other in the process after all."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from anlan.formats import wording
from anlan.loop.improve.twin.differences import CHANGED, InputChange, people_hours
from anlan.loop.quantify.methods.process.process_appointments import by_hour
from anlan.studies.methods.explaining import choice_word
from anlan.web.common.texts import language, text, word
from anlan.web.studio.designing import filled, operator_word
from anlan.web.studio.maps import minutes_said
from anlan.web.studio.services.twins import METHOD
from anlan.web.studio.shown import estimate_said, field_word

_TIMES = ("time", "delay")
_MINUTES = ("promise", "patience", "batch_wait")
_SHARES = ("share", "chance")
_CHOSEN = {"kind": "steps", "assign": "steps", "effect": "risks", "load": "risks"}
"""Answers that are a choice, and the table they stand in."""


@dataclass(frozen=True)
class ChangeSaid:
    """A change of a design: what it is called, what it does, what it costs."""

    operator: str
    said: str
    cost: str


@dataclass(frozen=True)
class DifferenceSaid:
    """A line of what is other: kind added, removed or changed; its sign; the sentence."""

    kind: str
    sign: str
    said: str


_SIGNS = {"added": "+", "removed": "−", "changed": "~"}


def proposal_name(proposal: Mapping[str, Any]) -> str:
    """The name of a proposal with its operators in words: `增加人手 综合柜员 +1`."""
    changes, parts = proposal["changes"], str(proposal["name"]).split(" + ")
    if len(changes) != len(parts):
        return str(proposal["name"])
    codes = [str(change["operator"]) for change in changes]
    return " + ".join(
        operator_word(code) + part.removeprefix(code) if part.startswith(code) else part
        for code, part in zip(codes, parts, strict=True)
    )


def changes_said(changes: Sequence[Mapping[str, Any]]) -> list[ChangeSaid]:
    return [
        ChangeSaid(
            operator_word(str(each["operator"])),
            (word(f"designs.says.{each['operator']}", **filled(each)) or "") + _hours_said(each),
            cost_said(each),
        )
        for each in changes
    ]  # fmt: skip


def _hours_said(of: Mapping[str, Any]) -> str:
    """When, where only some hours of the day are meant."""
    if of.get("from_hour") in (None, "") or of.get("to_hour") in (None, ""):
        return ""
    return text("studio.only_hours", first=of["from_hour"], last=of["to_hour"])


def cost_said(of: Mapping[str, Any]) -> str:
    """`12,000 once, 3,000 a year`; empty where nothing is known."""
    lang = language()
    parts = [
        text(f"studio.cost.{name}", n=wording.number(float(of[name]), lang))
        for name in ("once", "yearly")
        if of.get(name)
    ]
    return text("common.comma").join(parts)


def differences_said(found: Sequence[InputChange]) -> list[DifferenceSaid]:
    return [DifferenceSaid(each.kind, _SIGNS[each.kind], _sentence(each)) for each in found]


def _sentence(change: InputChange) -> str:
    table = text(f"studio.rows.{change.table}") if change.table else ""
    if change.kind != CHANGED:
        name = change.name.removesuffix(" → ") if change.table == "ways" else change.name
        if name != change.name:
            name = text("studio.changed.to_end", name=name)
        return text(f"studio.changed.{change.kind}", table=table, name=name)
    before, after = (_value(change.field, value) for value in (change.before, change.after))
    field = field_word(change.field)
    if not change.table:
        return text("studio.changed.whole", field=field, before=before, after=after)
    name = change.name
    if change.table == "ways" and name.endswith(" → "):
        name = text("studio.changed.to_end", name=name.removesuffix(" → "))
    return text("studio.changed.changed", table=table, name=name, field=field, before=before, after=after)


def _value(field: str, value: Any) -> str:
    lang = language()
    if value is None or value == "":
        return "—"
    if field in _TIMES:
        return estimate_said(value)
    if field in _MINUTES:
        return minutes_said(float(value))
    if field in _SHARES:
        return wording.percent(value, lang)
    if field == "shifts":
        return text("studio.people_hours", n=people_hours(value))
    if field == "appointments":
        return text("studio.cases_a_week", n=float(by_hour(value).sum()))
    if field == "arrivals":
        return text("studio.facts.arrivals_said", n=sum(value) * 168 / len(value), peak=max(value))
    if field == "complaints":
        said = (text("studio.changed.answer", name=word(f"method_inputs.{METHOD}.{field}.{name}"),
                     value=wording.number(each, lang)) for name, each in value.items())  # fmt: skip
        return text("common.comma").join(said) or "—"
    if field in _CHOSEN:
        return choice_word(value, code=METHOD, name=f"{_CHOSEN[field]}.{field}", language=lang)
    if isinstance(value, list | tuple):
        return " ".join(wording.number(each, lang) for each in value) or "—"
    if isinstance(value, bool):
        return text("studio.yes" if value else "studio.no")
    return wording.number(value, lang) if isinstance(value, int | float) else str(value)

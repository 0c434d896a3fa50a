"""Changes in sentences: what each one of a design does, and what is other in the process after all."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from anlan.formats import wording
from anlan.loop.improve.twin.differences import CHANGED, InputChange
from anlan.web.common.texts import language, text, word
from anlan.web.studio.answers_said import field_word, value_said
from anlan.web.studio.designing import filled, operator_word
from anlan.web.studio.maps import ends_of
from anlan.web.studio.names_said import name_said


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
        name = _named(change)
        return text(f"studio.changed.{change.kind}", table=table, name=name)
    before, after = (value_said(change.field, value) for value in (change.before, change.after))
    field = field_word(change.field)
    if not change.table:
        return text("studio.changed.whole", field=field, before=before, after=after)
    name = _named(change)
    return text("studio.changed.changed", table=table, name=name, field=field, before=before, after=after)


def _named(change: InputChange) -> str:
    """What the row is called; a way by both its ends."""
    if change.table != "ways":
        return name_said(change.name)
    source, target = (name_said(each) for each in ends_of(change.name))
    if not target:
        return text("studio.changed.to_end", name=source)
    return f"{source} → {target}"

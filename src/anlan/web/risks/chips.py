"""The filters in force as chips, each with the address that takes it away."""

from collections.abc import Iterator
from typing import Any

from django.http import QueryDict

from anlan.web.common.levels import level_marks
from anlan.web.common.texts import in_language, text
from anlan.web.people.models import Unit, User
from anlan.web.risks.columns import Column, value_shown
from anlan.web.risks.models import CustomField
from anlan.web.risks.selectors import Filters, codes_in

_GROUPS = {"category": "risks.categories", "phase": "risks.phases", "source": "risks.sources"}
Kind = CustomField.Kind


def chips_of(filters: Filters, given: QueryDict, known: dict[str, Column]) -> list[dict[str, str]]:
    """What is filtered, in words."""
    return [
        {"words": words, "href": _without(given, *names)} for names, words in _said(filters, known) if words
    ]


def _said(filters: Filters, known: dict[str, Column]) -> Iterator[tuple[tuple[str, ...], str]]:
    comma = text("register.comma")
    for name, group in _GROUPS.items():
        codes = codes_in(getattr(filters, name))
        yield (
            (name,),
            codes and _pair(name, comma.join(text(f"{group}.{c}") for c in codes if _is_word(group, c))),
        )
    levels = {mark.code: mark.word for mark in level_marks().marks}
    if filters.level:
        yield ("level",), _pair("level", comma.join(levels.get(c, c) for c in codes_in(filters.level)))
    if filters.owner:
        names = dict(
            User.objects.filter(username__in=codes_in(filters.owner)).values_list("username", "name")
        )
        yield ("owner",), _pair("owner", comma.join(names.get(c, c) for c in codes_in(filters.owner)))
    if filters.unit:
        unit = Unit.objects.filter(code=filters.unit).first()
        yield ("unit",), _pair("unit", in_language(unit) if unit else filters.unit)
    for name in ("process", "node", "tag"):
        yield (name,), _pair(name, getattr(filters, name)) if getattr(filters, name) else ""
    yield ("overdue",), text("register.filter.overdue") if filters.overdue else ""
    yield ("beyond",), text("register.filter.beyond") if filters.beyond else ""
    if filters.cell:
        yield ("cell",), text("risks.register.cell", likelihood=filters.cell[0], severity=filters.cell[1])
    yield from _custom(filters, known)


def _custom(filters: Filters, known: dict[str, Column]) -> Iterator[tuple[tuple[str, ...], str]]:
    for code, column in known.items():
        if column.field is None:
            continue
        whole, low, high = asked_of(column.field, filters)
        names = (code, f"{code}.from", f"{code}.to")
        if whole:
            yield names, text("register.chip", name=column.heading, value=_value(column.field, whole))
        elif low or high:
            yield names, text("register.chip", name=column.heading, value=f"{low or '…'}–{high or '…'}")


def _value(field: CustomField, asked: str) -> str:
    if field.kind == Kind.YES_NO:
        return value_shown(field, asked in ("1", "yes", "true"), {})
    if field.kind in (Kind.CHOICE, Kind.CHOICES):
        return value_shown(field, codes_in(asked), {})
    return asked


def asked_of(field: CustomField, filters: Filters) -> tuple[str, str, str]:
    """What is asked of a custom field: its value, the lower and the upper end."""
    return tuple(filters.custom.get(f"{field.key}{end}", "") for end in ("", ".from", ".to"))  # type: ignore[return-value]


def _pair(name: str, value: str) -> str:
    return (
        text("register.chip", name=text(f"register.columns.{_COLUMN.get(name, name)}"), value=value)
        if value
        else ""
    )


_COLUMN = {"tag": "tags", "process": "where", "level": "level_current"}


def _is_word(group: str, code: str) -> bool:
    from anlan.web.common.texts import has_text

    return has_text(f"{group}.{code}")


def _without(given: QueryDict, *names: Any) -> str:
    kept = given.copy()
    for name in (*names, "page"):
        kept.pop(name, None)
    return f"?{kept.urlencode() or 'view=all'}"

"""Fields of the register that units define for themselves, and what their values may be."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from math import isfinite
from typing import Any

from django.db import IntegrityError, transaction

from anlan.domain.errors import UsageError
from anlan.formats.written_numbers import written_number
from anlan.web.common.audit import changes_between, record
from anlan.web.people.models import Unit, User
from anlan.web.people.permissions import require
from anlan.web.risks.models import CustomField

Kind = CustomField.Kind
LONGEST_TEXT = 400
_KEY = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")
_DAY = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?(?:[ T]00:00(?::00)?)?")
_YES, _NO = {"true", "1", "yes", "on", "是"}, {"false", "0", "no", "否"}


def units_above(unit: Unit) -> list[int]:
    """Keys of the unit and those above it, topmost first."""
    return [int(part) for part in unit.path.strip("/").split("/")]


def fields_of(unit: Unit, *, retired: bool = False) -> list[CustomField]:
    """The fields that risks of the unit have: its own and those of the units above, in their order."""
    found = CustomField.objects.filter(unit_id__in=units_above(unit))
    return list(found if retired else found.filter(retired=False))


@transaction.atomic
def define_field(*, unit: Unit, key: str, kind: str, label: str, actor: User, **facts: Any) -> CustomField:
    """A new field for risks of the unit and below."""
    require(actor, "criteria.manage", unit)
    if not _KEY.fullmatch(key) or len(key) > 30:
        raise UsageError("custom.key", found=key)
    made = CustomField(unit=unit, key=key, kind=kind, label=label.strip(), **facts)
    _check(made)
    try:
        with transaction.atomic():
            made.save(force_insert=True)
    except IntegrityError as taken:
        raise UsageError("custom.taken", found=key) from taken
    record("risks.custom_field.define", actor=actor, target=made, changes={"field": (None, key)})
    return made


@transaction.atomic
def change_field(field: CustomField, *, version: int, actor: User, **facts: Any) -> CustomField:
    """Change label, bounds, choices, order, or retire the field. Key and kind stay: values depend on them."""
    require(actor, "criteria.manage", field.unit)
    current = CustomField.objects.select_for_update().get(pk=field.pk)
    if current.version != version:
        raise UsageError("web.conflict", label=str(current))
    before = {name: getattr(current, name) for name in facts}
    for name, value in facts.items():
        setattr(current, name, value)
    _check(current)
    _keep_used_choices(current, before.get("choices", current.choices))
    current.version += 1
    current.save()
    record("risks.custom_field.change", actor=actor, target=current, changes=changes_between(before, facts))
    return current


def _check(field: CustomField) -> None:
    codes = [choice["code"] for choice in field.choices]
    if field.kind in (Kind.CHOICE, Kind.CHOICES) and (len(codes) < 2 or len(set(codes)) < len(codes)):
        raise UsageError("custom.few_choices", label=str(field), n=len(set(codes)))
    if field.least is not None and field.most is not None and field.least > field.most:
        raise UsageError("custom.bounds", least=field.least, most=field.most)


def _keep_used_choices(field: CustomField, before: Sequence[Mapping[str, str]]) -> None:
    """A choice that risks hold cannot be taken away: nobody would know what they mean."""
    from anlan.web.risks.json_values import holds
    from anlan.web.risks.models import Risk

    kept = {choice["code"] for choice in field.choices}
    for choice in before:
        if choice["code"] in kept:
            continue
        n = Risk.objects.filter(
            holds("custom", choice["code"], key=field.key, many=field.kind == Kind.CHOICES)
        )
        if count := n.count():
            raise UsageError("custom.choice_used", choice=choice["zh"], n=count)


@dataclass(frozen=True)
class BadValue:
    """Why a value is refused: `custom.<code>` with what was found and what is accepted."""

    key: str
    code: str
    parameters: Mapping[str, Any]

    def error(self) -> UsageError:
        return UsageError(f"custom.{self.code}", **self.parameters)


class _Wrong(Exception):  # noqa: N818 - caught at once, becomes a `BadValue`
    def __init__(self, code: str, **parameters: Any) -> None:
        super().__init__(code)
        self.code, self.parameters = code, parameters


def read_values(
    fields: Iterable[CustomField], given: Mapping[str, Any], held: Mapping[str, Any], *, whole: bool = True,
    person: Callable[[str], bool] | None = None,
) -> tuple[dict[str, Any], list[BadValue]]:  # fmt: skip
    """`held` with what is `given` in place, and all that is wrong with it.

    whole: required fields must have a value at the end, else only those that are given.
    person: whether a user name may be written; without it, whether such an account is active.
    """
    known = {field.key: field for field in fields}
    values, wrong = dict(held), []
    for key, raw in given.items():
        if key not in known:
            wrong.append(BadValue(key, "unknown", {"found": key, "accepted": ", ".join(known) or "–"}))
            continue
        try:
            value = value_of(known[key], raw, person=person)
        except _Wrong as fault:
            wrong.append(BadValue(key, fault.code, {"label": str(known[key])} | fault.parameters))
            continue
        values.pop(key, None)
        if value not in (None, "", []):
            values[key] = value
    faulty = {fault.key for fault in wrong}
    for key, field in known.items():
        if field.required and key not in values and key not in faulty and (whole or key in given):
            wrong.append(BadValue(key, "required", {"label": str(field)}))
    return values, wrong


def check_values(fields: Iterable[CustomField], given: Mapping[str, Any], held: Mapping[str, Any],
                 *, whole: bool = False) -> dict[str, Any]:  # fmt: skip
    """As `read_values`; UsageError with the first fault."""
    values, wrong = read_values(fields, given, held, whole=whole)
    if wrong:
        raise wrong[0].error()
    return values


def value_of(field: CustomField, raw: Any, *, person: Callable[[str], bool] | None = None) -> Any:
    """The value as it is kept; None for none."""
    if raw is None or raw == "" or raw == []:
        return None
    if field.kind == Kind.CHOICES:
        parts = raw if isinstance(raw, list | tuple) else re.split(r"[\n,，、;；]", str(raw))
        return list(dict.fromkeys(_choice(field, str(part).strip()) for part in parts if str(part).strip()))
    if field.kind == Kind.PERSON:
        return _person(str(raw).strip(), person or _active)
    readers: dict[str, Callable[[CustomField, Any], Any]] = {
        Kind.NUMBER: _number, Kind.DATE: _date, Kind.YES_NO: _yes_no, Kind.TEXT: _text, Kind.CHOICE: _choice,
    }  # fmt: skip
    return readers[field.kind](field, raw)


def _text(field: CustomField, raw: Any) -> str:
    text = str(raw).strip()
    if len(text) > LONGEST_TEXT:
        raise _Wrong("too_long", n=len(text), limit=LONGEST_TEXT)
    return text


def _number(field: CustomField, raw: Any) -> float | int:
    value = written_number(str(raw))
    if value is None:
        raise _Wrong("number", found=str(raw)[:60])
    low, high = field.least, field.most
    if (
        not isfinite(value)
        or isinstance(raw, bool)
        or (low is not None and value < low)
        or (high is not None and value > high)
    ):
        raise _Wrong("range", found=str(raw)[:60], least=_end(low, "−∞"), most=_end(high, "∞"),
                     measure=field.measure)  # fmt: skip
    return int(value) if value.is_integer() and abs(value) < 2**53 else value


def _end(bound: float | None, open_end: str) -> str:
    return open_end if bound is None else f"{bound:g}"


def _date(field: CustomField, raw: Any) -> str:
    match = _DAY.fullmatch(str(raw).strip())
    try:
        return date(*(int(part) for part in match.groups())).isoformat() if match else _no_date(raw)
    except ValueError:
        return _no_date(raw)


def _no_date(raw: Any) -> str:
    raise _Wrong("date", found=str(raw)[:60])


def _yes_no(field: CustomField, raw: Any) -> bool:
    said = str(raw).strip().lower()
    if said in _YES:
        return True
    if said in _NO:
        return False
    raise _Wrong("yes_no", found=str(raw)[:60])


def _choice(field: CustomField, raw: Any) -> str:
    """The code of a choice, given by code or by word."""
    said = str(raw).strip()
    for choice in field.choices:
        if said in (choice["code"], choice["zh"], choice["en"]):
            return str(choice["code"])
    raise _Wrong("choice", found=said[:60], accepted=" / ".join(c["zh"] for c in field.choices))


def _person(username: str, known: Callable[[str], bool]) -> str:
    if not known(username):
        raise _Wrong("person", found=username[:60])
    return username


def _active(username: str) -> bool:
    return User.objects.filter(username=username, is_active=True).exists()

"""Conditions on values inside JSON columns, as both databases answer them.

PostgreSQL answers by containment (`@>`), which the index over `custom` serves; SQLite looks into each
value, which takes a few milliseconds for ten thousand risks.
"""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import BooleanField, F, Func, Q, QuerySet
from django.db.models.fields.json import KeyTransform

from anlan.web.risks.models import CustomField

Kind = CustomField.Kind


class _Holds(Func):
    """Whether a JSON column holds a value: at `key`, or in the list that the column is."""

    output_field = BooleanField()
    conditional = True

    def __init__(
        self, column: Any, value: Any = None, key: str = "", many: bool = False, **extra: Any
    ) -> None:
        super().__init__(column, **extra)
        self.value, self.key, self.many = value, key, many

    @property
    def identity(self) -> tuple[Any, ...]:  # type: ignore[override]
        return (*super().identity, repr(self.value), self.key, self.many)

    def as_sqlite(self, compiler: Any, connection: Any, **_: Any) -> tuple[str, list[Any]]:
        column, parameters = compiler.compile(self.source_expressions[0])
        path = f'$."{self.key}"' if self.key else "$"
        sql = f"EXISTS (SELECT 1 FROM json_each({column}, %s) AS held WHERE held.value = %s)"
        return sql, [*parameters, path, self.value]

    def as_postgresql(self, compiler: Any, connection: Any, **_: Any) -> tuple[str, list[Any]]:
        column, parameters = compiler.compile(self.source_expressions[0])
        inner = [self.value] if self.many or not self.key else self.value
        return f"{column} @> %s::jsonb", [*parameters, json.dumps({self.key: inner} if self.key else inner)]


def holds(column: str, value: Any, *, key: str = "", many: bool = False) -> Q:
    """Rows whose `column` holds `value`. many: what stands at `key` is a list."""
    return Q(_Holds(F(column), value, key, many))


def filter_custom(
    risks: QuerySet[Any], asked: Mapping[str, str], fields: Iterable[CustomField]
) -> QuerySet[Any]:
    """Risks whose custom fields are as asked; what is not understood filters nothing."""
    known = {field.key: field for field in fields}
    for name, wanted in asked.items():
        key, _, end = name.partition(".")
        if key not in known:
            continue
        field = known[key]
        if end in ("from", "to"):
            bound = _bound(field, wanted)
            if bound is not None:
                side = f"custom_{key}_{end}"
                risks = risks.alias(**{side: KeyTransform(key, "custom")})
                risks = risks.filter(**{f"{side}__{'gte' if end == 'from' else 'lte'}": bound})
        elif not end:
            risks = risks.filter(_is(field, wanted))
    return risks


def _bound(field: CustomField, wanted: str) -> float | str | None:
    if field.kind == Kind.DATE:
        return wanted
    try:
        return float(wanted)
    except ValueError:
        return None


def _is(field: CustomField, wanted: str) -> Q:
    """One of the wanted values, which are separated by commas; a text holds the words."""
    if field.kind == Kind.YES_NO:
        return holds("custom", wanted in ("1", "yes", "true"), key=field.key)
    if field.kind == Kind.TEXT:
        return Q(search__contains=wanted.lower()) & Q(custom__has_key=field.key)
    if field.kind == Kind.NUMBER:
        number = _bound(field, wanted)
        return Q() if number is None else holds("custom", number, key=field.key)
    found = Q()
    for code in wanted.split(","):
        found |= holds("custom", code.strip(), key=field.key, many=field.kind == Kind.CHOICES)
    return found

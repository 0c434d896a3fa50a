"""The register's columns: which there are, which are shown, and how each is sorted.

The address says it all: `columns=code,title,c.contract` names those shown, in their order;
`order=title` sorts by a column, `order=-title` the other way round.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Case, F, IntegerField, Value, When
from django.db.models.fields.json import KeyTransform

from anlan.web.common.levels import default_criteria
from anlan.web.common.texts import in_language, text
from anlan.web.risks.models import STAGES, CustomField

CUSTOM = "c."
"""Begins the names of custom fields in an address: `c.contract=..`, `c.cost.from=..`, `c.cost.to=..`."""
_CUSTOM_KEY = re.compile(r"c\.[a-z][a-z0-9_]{0,29}")


@dataclass(frozen=True)
class Column:
    """A column. place: what the database sorts by; field: the custom field it shows."""

    code: str
    heading: str
    numeric: bool = False
    field: CustomField | None = None


PLACES = {
    "code": "id", "title": "title", "where": "process__name", "unit": "unit__path", "category": "category",
    "phase": "phase", "owner": "owner__name", **{f"level_{stage}": f"level_{stage}" for stage in STAGES},
    "annual_loss": "annual_loss", "interval": "annual_loss_low", "appetite": "beyond_appetite",
    "review": "next_review_on", "source": "source", "created": "created_at", "updated": "updated_at",
}  # fmt: skip
UNSORTED = ("tags",)
FIRST_SHOWN = (
    "code", "title", "where", "category", "owner", *(f"level_{stage}" for stage in STAGES), "annual_loss",
    "interval", "appetite", "review",
)  # fmt: skip
_NUMERIC = ("annual_loss", "interval")
ORDERS = {
    "level": ("-rank_current", "-annual_loss", "id"),
    "loss": ("-annual_loss", "-rank_current", "id"),
    "review": ("next_review_on", "-rank_current", "id"),
    "code": ("id",),
    "newest": ("-id",),
}


def all_columns(fields: Iterable[CustomField]) -> dict[str, Column]:
    """Every column a person may show: those all risks have, then the custom fields."""
    plain = [
        Column(code, text(f"register.columns.{code}"), code in _NUMERIC) for code in (*PLACES, *UNSORTED)
    ]
    own = [
        Column(f"{CUSTOM}{field.key}", _heading(field), field.kind == CustomField.Kind.NUMBER, field)
        for field in fields
    ]
    return {column.code: column for column in (*plain, *own)}


def _heading(field: CustomField) -> str:
    label = in_language(field, "label")
    return f"{label} ({field.measure})" if field.measure else label


def shown_columns(asked: str, known: dict[str, Column]) -> list[Column]:
    """The columns asked for, in their order, the usual ones where none is; the risk always."""
    codes = [code for code in dict.fromkeys(asked.split(",")) if code in known]
    if not codes:
        codes = list(FIRST_SHOWN)
    return [known[code] for code in (codes if "title" in codes else ["title", *codes])]


def ordering(order: str) -> Sequence[Any]:
    """What the database sorts by for `order`; empty values last, the newest risk breaking ties."""
    if order in ORDERS:
        return ORDERS[order]
    column, down = order.removeprefix("-"), order.startswith("-")
    if _CUSTOM_KEY.fullmatch(column):
        place: Any = KeyTransform(column.removeprefix(CUSTOM), "custom")
    elif column == "level_current":
        place = F("rank_current")
    elif column.startswith("level_") and column in PLACES:
        place = _rank(column)
    elif column in PLACES:
        place = F(PLACES[column])
    else:
        return ORDERS["level"]
    return (place.desc(nulls_last=True) if down else place.asc(nulls_last=True), "-id")


def _rank(column: str) -> Case:
    """The rank of a level that the risk keeps by its code alone."""
    codes = [level["code"] for level in default_criteria()["levels"]]
    whens = [When(**{column: code}, then=Value(rank)) for rank, code in enumerate(codes)]
    return Case(*whens, default=Value(-1), output_field=IntegerField())


def value_shown(field: CustomField, value: Any, people: dict[str, str]) -> str:
    """The value of a custom field in words. people: user name -> name."""
    if value is None:
        return "—"
    if field.kind == CustomField.Kind.YES_NO:
        return text("register.yes" if value else "register.no")
    if field.kind == CustomField.Kind.PERSON:
        return people.get(value, value)
    if field.kind == CustomField.Kind.NUMBER:
        return f"{value:,.6g}" if abs(value) < 1e6 else f"{value:,.0f}"
    if field.kind in (CustomField.Kind.CHOICE, CustomField.Kind.CHOICES):
        words = {choice["code"]: choice_word(choice) for choice in field.choices}
        codes = value if isinstance(value, list) else [value]
        return text("register.comma").join(words.get(code, code) for code in codes)
    return str(value)


def choice_word(choice: dict[str, str]) -> str:
    from anlan.web.common.texts import of

    return of({"zh": choice["zh"], "en": choice["en"] or choice["zh"]})

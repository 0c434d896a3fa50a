"""How a form asks for a unit: only those where the person may act, the own one first chosen."""

from typing import Any

from django.forms import ModelChoiceField

from anlan.web.common.texts import in_language
from anlan.web.people.models import Unit
from anlan.web.people.permissions import units_of


def choose_unit(field: ModelChoiceField, user: Any, permission: str) -> None:
    """Choices, words and the first choice of a unit field."""
    units = units_of(user, permission)
    field.queryset = units
    field.label_from_instance = _indented
    own = user.unit if user.unit is not None and units.filter(pk=user.unit_id).exists() else units.first()
    field.initial = own
    if own is not None:
        field.empty_label = None


def _indented(unit: Unit) -> str:
    return "\u2003" * unit.depth + in_language(unit)

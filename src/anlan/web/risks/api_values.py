"""Values of own fields as programs give them."""

from typing import Any

from anlan.web.common.rest.refusals import Refusal
from anlan.web.common.texts import error_text
from anlan.web.people.models import Unit
from anlan.web.risks import services


def own_values(
    unit: Unit, given: dict[str, Any], held: dict[str, Any], *, whole: bool
) -> dict[str, Any]:  # fmt: skip
    """Values of own fields, checked; each fault named by its field."""
    values, wrong = services.read_values(services.fields_of(unit), given, held, whole=whole)
    if wrong:
        faults = {f"custom.{fault.key}": error_text(fault.error()) for fault in wrong}
        raise Refusal(422, "invalid", fields=faults, n=len(faults))
    return values

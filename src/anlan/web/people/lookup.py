"""Units and people by the code or name a request gives; unknown ones are refused with what to do."""

from anlan.web.common.rest.refusals import Refusal
from anlan.web.common.texts import text
from anlan.web.people.models import Unit, User
from anlan.web.people.permissions import units_of


def unit_in(user: User, code: str, permission: str) -> Unit:
    """The unit of that code among those where the user has the permission."""
    found = units_of(user, permission).filter(code=code).first()
    if found is None:
        raise _unknown("unit", code)
    return found


def person_in(user: User, username: str, permission: str) -> User:
    """The person of that name in units where the user has the permission."""
    found = User.objects.filter(
        username=username, is_active=True, unit__in=units_of(user, permission)
    ).first()
    if found is None:
        raise _unknown("owner", username)
    return found


def _unknown(field: str, found: str) -> Refusal:
    return Refusal(422, "invalid", fields={field: text(f"api.values.{field}", found=found[:80])}, n=1)

"""Files of a risk: how the one place that keeps all files finds it."""

from anlan.web.catalog.attachments.holders import KINDS, Holder, Kind
from anlan.web.people.models import User
from anlan.web.risks.models import Risk
from anlan.web.risks.selectors import risk_of


def risk_holder(risk: Risk) -> Holder:
    return Holder("risk", risk.code, str(risk.pk), risk.unit)


def register_risks() -> None:
    KINDS["risk"] = Kind("risks.risk", "risks.view", "risks.edit", _risk)


def _risk(user: User, name: str) -> Holder | None:
    found = risk_of(user, name).first()
    return found and risk_holder(found)

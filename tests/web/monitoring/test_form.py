"""The form of an indicator: what it lists, and what it leaves as it stands."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from anlan.web.monitoring.models import Indicator
from anlan.web.monitoring.services.indicators import change_indicator
from anlan.web.risks.models import Risk

pytestmark = pytest.mark.django_db(databases=["default", "readings"])


def a_risk(unit: Any, code: str) -> Risk:
    return Risk.objects.create(code=code, unit=unit, title=code)


def test_the_form_lists_only_risks_that_may_be_seen_and_keeps_the_others(
    organisation: Any, waiting: Indicator, client: Client
) -> None:
    seen, hidden = a_risk(organisation.north, "R-8001"), a_risk(organisation.south, "R-8002")
    user = organisation.people["risk_manager"]
    found = change_indicator(waiting, seen=waiting.version, actor=user, risks=[seen, hidden])
    client.force_login(user)
    address = reverse("monitoring:edit_indicator", args=[found.code])
    page = client.get(address)
    assert page.status_code == 200
    assert "R-8001" in page.content.decode()
    assert "R-8002" not in page.content.decode()
    sent = {name: value for name, value in page.context["form"].initial.items() if value is not None}
    answer = client.post(address, sent | {"seen": found.version, "risks": "", "reason": "x"})
    assert answer.status_code == 302, answer.content
    assert set(found.risks.all()) == {hidden}

"""The audit for programs: what is in reach, filtered, followed to its beginning."""

import pytest
from django.core.cache import cache

from anlan.web.common.models import AuditEvent
from anlan.web.risks.services import create_risk


@pytest.fixture(autouse=True)
def fresh_minute() -> None:
    cache.clear()


def test_events_are_followed_to_the_first(organisation) -> None:
    auditor = organisation.program("auditor")
    for who, unit in (("risk_manager", organisation.north), (organisation.outsider, organisation.south)):
        actor = organisation.people.get(who, who) if isinstance(who, str) else who
        create_risk(unit=unit, title="x", category="process", source="report", actor=actor)
    address, met = "/api/v1/audit?per_page=4", []
    while address:
        page = auditor.get(address).json()
        met += page["items"]
        address = page["next"]
    north = AuditEvent.objects.filter(unit__path__startswith=organisation.north.path)
    assert [event["seq"] for event in met] == list(north.order_by("-seq").values_list("seq", flat=True))
    assert {event["unit"] for event in met} == {"N", "NH"}
    made = auditor.get("/api/v1/audit?action=risks.risk.create&actor=risk_manager").json()["items"]
    assert [event["content"]["changes"]["title"] for event in made] == [[None, "x"]]
    assert auditor.get("/api/v1/audit?result=denied").json()["items"] == []
    assert auditor.get("/api/v1/audit?since=2999-01-01").json()["items"] == []
    assert auditor.get("/api/v1/audit?since=yesterday").status_code == 422


def test_people_of_the_own_units_with_their_roles(organisation) -> None:
    manager = organisation.program("risk_manager")
    found = manager.get("/api/v1/people?q=expert").json()["items"]
    assert found == [
        {"username": "expert", "name": "专家", "unit": "N", "active": True,
         "roles": [{"role": "expert", "unit": "N"}]}
    ]  # fmt: skip
    assert manager.get("/api/v1/people?q=outsider").json()["count"] == 0

"""Every address of runs for every role, and for people of another unit."""

import pytest
from django.urls import reverse

from anlan.web.runs import urls
from anlan.web.runs.services import start_run
from web.runs.permission_rows import ROWS


def test_the_table_names_every_address() -> None:
    assert {row[1] for row in ROWS} == {f"runs:{pattern.name}" for pattern in urls.urlpatterns}


@pytest.mark.parametrize(("method", "page", "arguments", "answers"), ROWS, ids=[row[1] for row in ROWS])
def test_each_role_gets_its_answer(process, organisation, method, page, arguments, answers) -> None:
    run = start_run(process=process, study="assess", parameters={}, actor=organisation.people["risk_manager"])
    address = reverse(page, kwargs=arguments(run))
    outside = answers.get("outsider", 404)
    answers = {role: status for role, status in answers.items() if role != "outsider"}
    got = {role: getattr(organisation.client(role), method)(address).status_code for role in answers}
    assert got == answers
    if arguments(run):
        stranger = getattr(organisation.client(organisation.outsider), method)(address)
        assert stranger.status_code == outside

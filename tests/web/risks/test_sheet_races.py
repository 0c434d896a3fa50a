"""Answers that are sent at the same time, and while the round is being closed."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection

from anlan.domain.errors import UsageError
from anlan.web.common.models import AuditEvent
from anlan.web.risks.models import ExpertAnswer, Workshop
from anlan.web.risks.services import (
    answer,
    close_round,
    open_round,
)
from web.risks.sheet_sessions import give, new_session


@pytest.fixture
def session(organisation) -> tuple[Workshop, dict[str, str]]:
    workshop, tokens = new_session(organisation)
    return open_round(workshop, actor=organisation.people["risk_manager"]), tokens


@pytest.mark.django_db(transaction=True)
def test_answers_sent_at_the_same_time_are_all_kept(organisation, session) -> None:
    """Every expert sends all pairs at once from several threads, each pair from two of them."""
    workshop, _ = session
    jobs = [(i, item) for i in workshop.invitations.all() for item in workshop.items.all()] * 2

    def send(job: Any) -> None:
        invitation, item = job
        answer(invitation, item, given={"value": float(1 + invitation.pk % 3 + item.position)})
        connection.close()

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(send, jobs))
    assert ExpertAnswer.objects.count() == 9
    for row in ExpertAnswer.objects.select_related("item"):
        assert row.estimate == {"value": float(1 + row.invitation_id % 3 + row.item.position)}
    assert AuditEvent.objects.filter(action="risks.workshop.answer").count() == 9


@pytest.mark.django_db(transaction=True)
def test_no_answer_slips_in_after_the_round_was_closed(organisation, session) -> None:
    """Answers race with the closing: each either counts in the round or is refused."""
    manager, (workshop, _) = organisation.people["risk_manager"], session
    give(workshop)
    invitation = workshop.invitations.get(pseudonym="E1")
    items = list(workshop.items.all())

    def send(n: int) -> str:
        try:
            if n == 4:
                close_round(workshop, actor=manager)
                return "closed"
            answer(invitation, items[n % 3], given={"value": float(2 + n % 8)})
            return "kept"
        except UsageError as fault:
            return fault.code
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as threads:
        found = list(threads.map(send, range(12)))
    assert found.count("closed") == 1
    assert set(found) <= {"closed", "kept", "workshop.not_open"}
    closing = AuditEvent.objects.get(action="risks.workshop.between").pk
    assert not AuditEvent.objects.filter(action="risks.workshop.answer", pk__gt=closing).exists()

"""Alerts that nobody acts on climb the line, each step once; what was silent fires when the silence ends."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.db import connections
from django.utils import timezone

from anlan.web.monitoring.models import Alert, AlertStep
from anlan.web.monitoring.services.escalating import escalate, wake
from anlan.web.monitoring.services.handling import do
from anlan.web.monitoring.silences import end_silence, silence
from anlan.web.notices.models import Notice
from web.monitoring.conftest import an_alert, row, send


def _late(alert: Alert, *, acknowledge_min: float, resolve_min: float = -60) -> None:
    """As if the deadlines had passed so many minutes ago."""
    now = timezone.now()
    Alert.objects.filter(pk=alert.pk).update(
        acknowledge_by=now - timedelta(minutes=acknowledge_min),
        resolve_by=now - timedelta(minutes=resolve_min),
    )


def _deeds(alert: Alert) -> list[str]:
    return list(alert.steps.order_by("id").values_list("deed", flat=True))


def _told(kind: str) -> set[str]:
    return {each.recipient.username for each in Notice.objects.filter(kind=kind)}


def test_nobody_is_reminded_before_the_deadline(organisation: Any) -> None:
    an_alert(organisation)
    assert escalate() == 0


def test_steps_come_in_their_time_and_each_once(organisation: Any) -> None:
    alert = an_alert(organisation)
    _late(alert, acknowledge_min=1)
    assert [escalate(), escalate()] == [1, 0]
    assert len(_told("alert_remind")) == 4
    _late(alert, acknowledge_min=31)
    assert [escalate(), escalate()] == [1, 0]
    assert _told("alert_escalate") == {"risk_manager"}
    _late(alert, acknowledge_min=61)
    assert [escalate(), escalate()] == [1, 0]
    assert _told("alert_escalate") == {"risk_manager", "executive"}
    _late(alert, acknowledge_min=61, resolve_min=1)
    assert [escalate(), escalate()] == [1, 0]
    assert _told("alert_supervise") == {"executive"}
    assert _deeds(alert) == ["fire", "remind", "escalate", "escalate", "supervise"]


def test_an_acknowledged_alert_climbs_no_further_but_is_followed_up(organisation: Any) -> None:
    alert = an_alert(organisation)
    do(alert, "handle", seen=1, actor=organisation.people["duty_officer"])
    _late(alert, acknowledge_min=500)
    assert escalate() == 0
    _late(alert, acknowledge_min=500, resolve_min=1)
    assert escalate() == 1
    assert _deeds(alert) == ["fire", "handle", "supervise"]


def test_an_acknowledgement_that_nobody_follows_up_is_taken_back(organisation: Any) -> None:
    alert = an_alert(organisation)
    do(alert, "acknowledge", seen=1, actor=organisation.people["duty_officer"])
    _late(alert, acknowledge_min=900, resolve_min=400)
    escalate()
    assert "lapse" not in _deeds(alert)
    Alert.objects.filter(pk=alert.pk).update(acknowledged_at=timezone.now() - timedelta(hours=9))
    assert [escalate(), escalate()] == [1, 0]
    alert.refresh_from_db()
    assert (alert.state, alert.acknowledged_at, alert.version) == ("firing", None, 3)
    assert alert.acknowledge_by > timezone.now()
    assert "duty_officer" in _told("alert_lapse")
    _late(alert, acknowledge_min=1, resolve_min=400)
    assert [escalate(), escalate()] == [1, 0]
    assert _deeds(alert) == ["fire", "acknowledge", "supervise", "lapse", "remind"]


def test_a_step_with_the_same_key_cannot_be_written_twice(organisation: Any) -> None:
    alert = an_alert(organisation)
    _late(alert, acknowledge_min=1)
    escalate()
    AlertStep.objects.filter(deed="remind").update(deed="fire")  # what is kept is the key, not the word
    assert escalate() == 0
    assert len(_told("alert_remind")) == 4


@pytest.mark.django_db(transaction=True)
def test_several_schedulers_do_a_step_once(organisation: Any) -> None:
    alert = an_alert(organisation)
    _late(alert, acknowledge_min=1)

    def look(_: int) -> int:
        try:
            return escalate()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(look, range(4))) == 1
    assert AlertStep.objects.filter(deed="remind").count() == 1
    assert Notice.objects.filter(kind="alert_remind").count() == 4


def test_what_was_silent_fires_when_the_silence_ends(organisation: Any, waiting: Any) -> None:
    manager = organisation.people["risk_manager"]
    held = silence(
        organisation.north, ends=timezone.now() + timedelta(hours=2), reason="停电检修", actor=manager
    )
    send(organisation, [row(waiting, 0, 600), row(waiting, 1, 600)])
    assert wake() == 0
    end_silence(held, actor=manager)
    assert [wake(), wake()] == [1, 0]
    alert = Alert.objects.get()
    assert (alert.state, alert.acknowledge_by > timezone.now()) == ("firing", True)
    assert len(_told("alert_fired")) == 4


def test_what_recovered_in_silence_does_not_fire(organisation: Any, waiting: Any) -> None:
    manager = organisation.people["risk_manager"]
    held = silence(
        organisation.north, ends=timezone.now() + timedelta(hours=2), reason="停电检修", actor=manager
    )
    send(organisation, [row(waiting, 0, 600), row(waiting, 1, 600), row(waiting, 2, 300)])
    end_silence(held, actor=manager)
    assert wake() == 0


@pytest.mark.parametrize(("language", "word"), [("zh-hans", "升级链"), ("en", "Escalation")])
def test_the_page_and_the_api_show_the_chain(organisation: Any, language: str, word: str) -> None:
    alert = an_alert(organisation)
    _late(alert, acknowledge_min=31)
    escalate()
    client = organisation.client("duty_officer", language=language)
    page = client.get(f"/monitoring/alerts/{alert.code}/").content.decode()
    assert word in page
    assert organisation.people["executive"].name in page
    chain = organisation.program("duty_officer").get(f"/api/v1/alerts/{alert.code}").json()["chain"]
    assert [(each["step"], each["done_at"] is not None) for each in chain] == [
        ("remind", True), ("risk_manager", True), ("executive", False), ("supervise", False),
    ]  # fmt: skip

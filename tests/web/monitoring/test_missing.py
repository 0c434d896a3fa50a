"""Readings that stop: an alert of its own kind at the clock, one an episode, ended by the next reading."""

import time
from typing import Any

import pytest

from anlan.web.monitoring.models import Alert, Indicator, Series
from anlan.web.monitoring.services.indicators import create_indicator
from anlan.web.monitoring.services.missing import look_for_missing
from anlan.web.notices.models import Notice
from anlan.web.readings.models import Reading
from web.monitoring.conftest import DOCUMENT, send

SECOND = 1_000_000


@pytest.fixture
def silent(organisation: Any) -> Indicator:
    """An indicator that spoke two hours ago and is stale after one."""
    found = create_indicator(
        organisation.north, name="派单等待时长均值", name_en="Mean wait",
        document=DOCUMENT | {"stale_after_s": 3600}, actor=organisation.people["risk_manager"],
    )  # fmt: skip
    _say(organisation, found, ago_s=7200)
    return found


def _say(organisation: Any, found: Indicator, *, ago_s: int, value: float = 300) -> None:
    at = int(time.time()) - ago_s
    send(organisation, [{"indicator": found.code, "unit": "N", "at": at, "value": value}])


def _now(later_s: int = 0) -> int:
    return time.time_ns() // 1000 + later_s * SECOND


def test_one_alert_an_episode_raised_after_three_times_as_long(organisation: Any, silent: Indicator) -> None:
    assert look_for_missing(now=_now(-5000)) == 0
    assert look_for_missing(now=_now()) == 1
    assert look_for_missing(now=_now(60)) == 0
    alert = Alert.objects.get()
    assert (alert.kind, alert.level, alert.state) == ("missing", 2, "firing")
    assert alert.first_at == Reading.objects.get().at
    told = Notice.objects.filter(kind="alert_missing").count()
    assert told == 4
    assert look_for_missing(now=_now(4000)) == 1
    assert look_for_missing(now=_now(4100)) == 0
    alert.refresh_from_db()
    assert (alert.level, list(alert.steps.values_list("deed", flat=True))) == (3, ["fire", "raise"])


def test_the_next_recent_reading_ends_it_and_opens_no_other(organisation: Any, silent: Indicator) -> None:
    look_for_missing(now=_now())
    _say(organisation, silent, ago_s=6000)
    assert Alert.objects.get().recovered_at is None
    _say(organisation, silent, ago_s=30)
    alert = Alert.objects.get()
    assert (alert.level, alert.state) == (0, "resolved")
    assert look_for_missing(now=_now()) == 0
    assert look_for_missing(now=_now(7200)) == 1
    assert Alert.objects.count() == 2


def test_a_limit_that_fires_meanwhile_is_an_alert_of_its_own(organisation: Any, silent: Indicator) -> None:
    look_for_missing(now=_now())
    for ago in (40, 20):
        _say(organisation, silent, ago_s=ago, value=800)
    assert sorted(Alert.objects.values_list("kind", "level")) == [("level", 4), ("missing", 0)]


def test_readings_that_wait_to_be_looked_at_are_not_missing(organisation: Any, silent: Indicator) -> None:
    Reading.objects.create(series=Series.objects.get().pk, at=_now(), value=1.0, source="test", received=0)
    assert look_for_missing(now=_now()) == 0


def test_a_paused_indicator_may_be_silent(organisation: Any, silent: Indicator) -> None:
    Indicator.objects.update(status="paused")
    assert look_for_missing(now=_now()) == 0


@pytest.mark.parametrize(("language", "word"), [("zh-hans", "起没有读数"), ("en", "no reading since")])
def test_the_page_says_since_when(organisation: Any, silent: Indicator, language: str, word: str) -> None:
    look_for_missing(now=_now())
    client = organisation.client("duty_officer", language=language)
    page = client.get(f"/monitoring/alerts/{Alert.objects.get().code}/").content.decode()
    assert page.count(word) >= 2

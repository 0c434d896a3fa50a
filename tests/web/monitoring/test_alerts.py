"""The life of an alert from the reading to the closed record."""

import time
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from anlan.domain.errors import UsageError
from anlan.studies.loading import load_log
from anlan.web.catalog.services import add_log, create_process
from anlan.web.common.models import AuditEvent
from anlan.web.monitoring.models import Alert, Indicator
from anlan.web.monitoring.services.adopting import proposals_of
from anlan.web.monitoring.services.handling import do
from anlan.web.monitoring.services.indicators import change_indicator
from anlan.web.monitoring.services.reporting import report
from anlan.web.monitoring.services.watching import SEAT, watch
from anlan.web.monitoring.silences import end_silence, silence
from anlan.web.notices.models import Notice
from anlan.web.readings.models import Reading, Touched, Watch
from anlan.web.runs.leases import hold, release
from anlan.web.runs.services import start_run
from web.monitoring.conftest import DOCUMENT, row, send
from web.runs.conftest import hall_log


def _values(organisation: Any, waiting: Any, values: list[float], *, first: int = 0) -> None:
    for place, value in enumerate(values, start=first):
        send(organisation, [row(waiting, place, value)])


def test_one_alert_an_episode_and_one_recovery(organisation: Any, waiting: Any) -> None:
    _values(organisation, waiting, [300, 600, 600, 610, 800, 800, 700, 400])
    alert = Alert.objects.get()
    assert (alert.level, alert.highest, alert.state) == (0, 4, "resolved")
    assert list(alert.steps.order_by("id").values_list("deed", flat=True)) == ["fire", "raise", "recover"]
    kinds = list(Notice.objects.values_list("kind", flat=True))
    people = {n.recipient.username for n in Notice.objects.filter(kind="alert_fired")}
    assert people == {"risk_manager", "node_owner", "duty_officer", "executive"}
    assert kinds.count("alert_fired") == kinds.count("alert_raised") == 4


def test_looking_again_after_a_kill_opens_nothing_twice(organisation: Any, waiting: Any) -> None:
    send(organisation, [row(waiting, 0, 600), row(waiting, 1, 600)])
    kept = Alert.objects.get()
    Watch.objects.all().delete()  # as if the process ended between the alert and keeping how far it looked
    Touched.objects.create(series=kept.series_id, since=kept.first_at - 600_000_000, stamp=1)
    watch()
    assert Alert.objects.get().pk == kept.pk
    assert kept.steps.count() == 1


def test_a_relapse_soon_after_is_the_same_episode(organisation: Any, waiting: Any) -> None:
    _values(organisation, waiting, [600, 600, 400, 600, 600])
    alert = Alert.objects.get()
    assert (alert.state, alert.count) == ("firing", 2)
    _values(organisation, waiting, [400], first=5)
    _values(organisation, waiting, [600, 600], first=40)
    assert Alert.objects.count() == 2


def test_a_person_takes_it_to_its_end(organisation: Any, waiting: Any) -> None:
    _values(organisation, waiting, [600, 600])
    alert, officer = Alert.objects.get(), organisation.people["duty_officer"]
    alert = do(alert, "acknowledge", seen=1, actor=officer)
    alert = do(alert, "assign", seen=2, actor=officer, assignee=organisation.people["node_owner"])
    alert = do(alert, "handle", seen=3, actor=organisation.people["node_owner"])
    with pytest.raises(UsageError) as refused:
        do(alert, "close", seen=4, actor=officer, disposition="true", cause="staff")
    assert refused.value.code == "alerts.state"
    alert = do(alert, "resolve", seen=4, actor=organisation.people["node_owner"], note="加派两人")
    with pytest.raises(UsageError) as missing:
        do(alert, "close", seen=5, actor=officer, disposition="true")
    assert missing.value.parameters["missing"] == ("cause",)
    alert = do(alert, "close", seen=5, actor=officer, disposition="true", cause="staff")
    assert (alert.state, alert.closed_at is not None) == ("closed", True)
    page = organisation.client(officer).get("/monitoring/alerts/?tab=closed").content.decode()
    assert "关闭：属实、人手" in page
    done = (
        AuditEvent.objects.filter(object_type="monitoring.alert")
        .order_by("seq")
        .values_list("action", flat=True)
    )
    assert [action.rpartition(".")[2] for action in done] == [
        "fire", "acknowledge", "assign", "handle", "resolve", "close",
    ]  # fmt: skip


def test_two_people_cannot_both_have_been_first(organisation: Any, waiting: Any) -> None:
    _values(organisation, waiting, [600, 600])
    alert = Alert.objects.get()
    do(alert, "acknowledge", seen=1, actor=organisation.people["duty_officer"])
    with pytest.raises(UsageError) as refused:
        do(alert, "acknowledge", seen=1, actor=organisation.people["node_owner"])
    assert refused.value.code == "web.conflict"


def test_nobody_of_another_branch_is_given_an_alert(organisation: Any, waiting: Any) -> None:
    _values(organisation, waiting, [600, 600])
    with pytest.raises(UsageError) as refused:
        do(Alert.objects.get(), "assign", seen=1, actor=organisation.people["duty_officer"],
           assignee=organisation.outsider)  # fmt: skip
    assert refused.value.code == "alerts.assignee"
    assert (
        organisation.client(organisation.outsider)
        .get(f"/monitoring/alerts/{Alert.objects.get().code}/")
        .status_code
        == 404
    )


def test_a_silence_keeps_people_from_being_told(organisation: Any, waiting: Any) -> None:
    manager = organisation.people["risk_manager"]
    held = silence(
        organisation.north, ends=timezone.now() + timedelta(hours=2), reason="停电检修", actor=manager
    )
    _values(organisation, waiting, [600, 600])
    assert Alert.objects.get().state == "suppressed"
    assert not Notice.objects.filter(kind="alert_fired").exists()
    end_silence(held, actor=manager)
    with pytest.raises(UsageError):
        end_silence(held, actor=manager)


def test_deadlines_shorten_when_it_gets_worse(organisation: Any, waiting: Any) -> None:
    _values(organisation, waiting, [600, 600])
    before = Alert.objects.get()
    _values(organisation, waiting, [800, 800], first=2)
    after = Alert.objects.get()
    assert after.acknowledge_by < before.acknowledge_by
    assert after.resolve_by < before.resolve_by


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_inbox_shows_it_and_the_deed_is_done_from_the_page(
    organisation: Any, waiting: Any, language: str
) -> None:
    _values(organisation, waiting, [600, 600])
    alert = Alert.objects.get()
    client = organisation.client("duty_officer", language=language)
    page = client.get("/monitoring/alerts/").content.decode()
    assert alert.code in page
    assert {"zh-hans": "待确认", "en": "to acknowledge"}[language] in page
    sent = client.post(f"/monitoring/alerts/{alert.code}/do/", {"deed": "acknowledge", "seen": "1"})
    assert sent.status_code == 302
    stale = client.post(f"/monitoring/alerts/{alert.code}/do/", {"deed": "handle", "seen": "1"})
    assert stale.status_code == 409
    assert (
        organisation.client("auditor")
        .post(f"/monitoring/alerts/{alert.code}/do/", {"deed": "handle", "seen": "2"})
        .status_code
        == 403
    )


def test_proposals_of_an_assessment_come_with_their_history_and_open_nothing(
    organisation: Any, tmp_path: Any
) -> None:
    manager = organisation.people["risk_manager"]
    process = create_process(unit=organisation.north, name="营业厅", actor=manager)
    add_log(process, load_log(str(hall_log(tmp_path))), actor=manager)
    run = start_run(process=process, study="assess", parameters={}, actor=manager)
    client = organisation.client("risk_manager")
    address = f"/monitoring/from-run/{run.code}/"
    assert address in client.get(f"/runs/{run.code}/").content.decode()
    codes = [row["code"] for row in proposals_of(run)]
    assert client.post(address, {"indicator": codes}).status_code == 302
    made = list(Indicator.objects.all())
    assert len(made) == len(codes) > 0
    assert Reading.objects.filter(series__in=[each.series.get().pk for each in made]).exists()
    watch()
    assert not Alert.objects.exists()
    assert client.post(address, {"indicator": codes}).status_code == 422


def test_an_alert_ends_with_the_next_good_reading_after_another_definition(
    organisation: Any, waiting: Any
) -> None:
    _values(organisation, waiting, [800, 800])
    change_indicator(
        waiting, seen=1, actor=organisation.people["risk_manager"], reason="放宽",
        document=DOCUMENT | {"consecutive": 3},
    )  # fmt: skip
    _values(organisation, waiting, [300], first=2)
    assert Alert.objects.get().state == "resolved"


def test_looking_again_undoes_nothing_that_a_person_did(organisation: Any, waiting: Any) -> None:
    _values(organisation, waiting, [800, 800, 100, 100])
    _values(organisation, waiting, [600, 600], first=30)
    second = Alert.objects.latest("id")
    do(second, "acknowledge", seen=second.version, actor=organisation.people["duty_officer"])
    told = Notice.objects.count()
    first = Alert.objects.earliest("id")
    Watch.objects.all().delete()  # as if the process ended before it kept how far it had looked
    Touched.objects.create(series=first.series_id, since=first.first_at - 600_000_000, stamp=1)
    watch()
    assert [each.state for each in Alert.objects.order_by("id")] == ["resolved", "acknowledged"]
    assert Notice.objects.count() == told


def test_who_looks_while_another_does_changes_nothing(organisation: Any, waiting: Any) -> None:
    report([row(waiting, place, 900) for place in range(2)], actor=organisation.people["risk_manager"],
           source="test", now=time.time_ns() // 1000)  # fmt: skip
    assert hold(SEAT, "another", seconds=60)
    assert watch() == 0
    assert not Alert.objects.exists()
    release(SEAT, "another")
    assert watch() == 1
    assert Alert.objects.get().level == 4

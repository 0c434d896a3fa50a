"""Readings are taken exactly once, corrections keep what stood, what is not believed waits with a reason."""

import json
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connections

from anlan.domain.errors import RefusedInput
from anlan.web.common.models import AuditEvent
from anlan.web.monitoring.models import Alert, Series
from anlan.web.monitoring.services.indicators import change_indicator
from anlan.web.monitoring.services.reporting import report
from anlan.web.readings.models import Delivery, Quarantined, Reading, Superseded, Touched
from web.monitoring.conftest import BEGIN, DOCUMENT, row, send

API = "/api/v1/readings"


def _post(client: Any, rows: Any, *, kind: str = "application/json", key: str = "") -> Any:
    body = rows if isinstance(rows, str | bytes) else json.dumps(rows)
    headers = {"Idempotency-Key": key} if key else {}
    return client.post(API, body, content_type=kind, headers=headers)


def test_a_batch_sent_again_changes_nothing(organisation: Any, waiting: Any) -> None:
    client = organisation.program("duty_officer")
    rows = [row(waiting, i, 300 + i) for i in range(5)]
    first = _post(client, rows, key="a").json()
    assert first == {"accepted": 5, "unchanged": 0, "corrected": 0, "quarantined": 0, "repeated": False}
    again = _post(client, rows, key="a").json()
    assert again["accepted"] == 5
    other = _post(client, rows, key="b").json()
    assert other == {"accepted": 0, "unchanged": 5, "corrected": 0, "quarantined": 0, "repeated": False}
    assert Reading.objects.count() == 5


def test_a_key_cannot_carry_another_batch(organisation: Any, waiting: Any) -> None:
    send(organisation, [row(waiting, 0, 1)], key="k")
    with pytest.raises(RefusedInput) as refused:
        send(organisation, [row(waiting, 0, 2)], key="k")
    assert refused.value.code == "monitor.key"


def test_a_correction_keeps_what_stood(organisation: Any, waiting: Any) -> None:
    send(organisation, [row(waiting, 0, 300, n=10)])
    send(organisation, [row(waiting, 0, 360, n=11)])
    send(organisation, [row(waiting, 0, 420, n=11)])
    now = Reading.objects.get()
    assert (now.value, now.n, now.revision) == (420.0, 11, 2)
    assert list(Superseded.objects.order_by("revision").values_list("revision", "value", "n")) == [
        (0, 300.0, 10), (1, 360.0, 11),
    ]  # fmt: skip


def test_good_rows_are_kept_beside_bad_ones(organisation: Any, waiting: Any) -> None:
    rows = [
        row(waiting, 0, 300),
        row(waiting, 1, -5),
        row(waiting, 2, 300, unit="S"),
        "what",
        row(waiting, 3, None),
    ]
    answer = send(organisation, rows)
    assert (answer.accepted, answer.quarantined) == (2, 3)
    assert list(Quarantined.objects.order_by("row").values_list("row", "code")) == [
        (2, "monitor.row.unbelievable"), (3, "monitor.row.unit"), (4, "monitor.row.object"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        (
            "application/x-ndjson",
            '{{"indicator":"{k}","unit":"N","at":{t},"value":5,"in":"min"}}\nnot json\n',
        ),
        ("text/csv", "indicator,unit,at,value,in\n{k},N,2026-11-30T09:30+08:00,5,min\n{k},N,,x,min\n"),
        (
            "application/json",
            '{{"readings":[{{"indicator":"{k}","unit":"N","at":{t},"value":5,"in":"min"}},1]}}',
        ),
    ],
)
def test_three_formats_say_the_same(organisation: Any, waiting: Any, kind: str, body: str) -> None:
    sent = body.format(k=waiting.code, t=BEGIN)
    answer = _post(organisation.program("risk_manager"), sent, kind=kind)
    assert answer.status_code == 200, answer.content
    assert (answer.json()["accepted"], answer.json()["quarantined"]) == (1, 1)
    assert Reading.objects.get().value == 300.0


@pytest.mark.parametrize(
    ("kind", "body", "code"),
    [
        ("text/plain", "x", "monitor.batch.kind"),
        ("application/json", b"\xff\xfe", "monitor.batch.encoding"),
        ("application/json", "[NaN]", "monitor.batch.json"),
        ("application/json", "[" * 100_000, "monitor.batch.json"),
        ("application/json", "3", "monitor.batch.shape"),
        ("application/json", "[]", "monitor.rows"),
        ("text/csv", 'indicator,unit\n"K', "monitor.batch.csv"),
    ],
)
def test_what_cannot_be_read_is_refused_whole(
    organisation: Any, waiting: Any, kind: str, body: Any, code: str
) -> None:
    answer = _post(organisation.program("risk_manager"), body, kind=kind)
    assert 400 <= answer.status_code < 500
    assert code in answer.content.decode()
    assert not Delivery.objects.exists()


def test_another_branch_reports_nothing_here(organisation: Any, waiting: Any) -> None:
    answer = _post(organisation.program(organisation.outsider), [row(waiting, 0, 1)])
    assert answer.json()["quarantined"] == 1
    assert not Reading.objects.exists()
    kept = Quarantined.objects.get()
    assert (kept.unit, kept.indicator) == (None, None)
    assert _post(organisation.program("auditor"), [row(waiting, 0, 1)]).status_code == 403


def test_a_series_is_looked_at_from_its_earliest_new_reading(organisation: Any, waiting: Any) -> None:
    send(organisation, [row(waiting, 3, 1)])
    assert not Touched.objects.exists()
    series = Series.objects.get()
    assert (series.last_at, series.last_value) == ((BEGIN + 1800) * 1_000_000, 1.0)
    send(organisation, [row(waiting, 1, 2)])
    assert Series.objects.get().last_value == 1.0


@pytest.mark.django_db(transaction=True)
def test_the_same_batch_from_four_at_once_is_taken_once(organisation: Any, waiting: Any) -> None:
    rows = [row(waiting, i, 300) for i in range(50)]

    def one(_: int) -> int:
        try:
            return _post(organisation.program("risk_manager"), rows).status_code
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        assert set(pool.map(one, range(4))) == {200}
    assert Reading.objects.count() == 50
    assert not Superseded.objects.exists()
    assert not Alert.objects.exists()


def test_a_value_that_comes_back_is_taken_as_a_correction(organisation: Any, waiting: Any) -> None:
    for value in (5, 6, 5):
        send(organisation, [row(waiting, 0, value)])
    assert (Reading.objects.get().value, Superseded.objects.count()) == (5.0, 2)


def test_what_was_in_doubt_is_taken_once_the_definition_believes_it(organisation: Any, waiting: Any) -> None:
    rows = [row(waiting, 0, 90_000)]
    for _ in range(2):
        assert send(organisation, rows).quarantined == 1
    assert Quarantined.objects.count() == 1
    change_indicator(
        waiting, seen=1, actor=organisation.people["risk_manager"], reason="更长的等候",
        document=DOCUMENT | {"highest": 200_000},
    )  # fmt: skip
    assert send(organisation, rows).accepted == 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"indicator": "\ud800"}, "\ud800", {"dimensions": {"\ud800": "x"}}, {"value": 10**400},
        {"at": 10**400},
        {"\u0000": 1}, {"dimensions": {"a\u0000": "b"}}, {"unit": "\u0000"},
    ],
)  # fmt: skip
def test_one_odd_row_keeps_no_other_from_being_taken(organisation: Any, waiting: Any, wrong: Any) -> None:
    odd = row(waiting, 1, 5) | wrong if isinstance(wrong, dict) else wrong
    answer = _post(organisation.program("risk_manager"), [row(waiting, 0, 300), odd])
    assert answer.status_code == 200, answer.content[:300]
    assert (answer.json()["accepted"], answer.json()["quarantined"]) == (1, 1)


@pytest.mark.django_db(transaction=True)
def test_of_two_deliveries_at_once_the_earlier_reading_is_not_passed_over(
    organisation: Any, waiting: Any
) -> None:
    places = list(range(12))

    def one(place: int) -> None:
        try:
            value = 900 if place < 2 else 100
            manager = organisation.people["risk_manager"]
            report([row(waiting, place, value)], actor=manager, source=f"s{place}",
                   now=time.time_ns() // 1000)  # fmt: skip
        finally:
            connections.close_all()

    send(organisation, [row(waiting, 20, 100)])
    Touched.objects.all().delete()
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(one, reversed(places)))
    assert Touched.objects.get().since == BEGIN * 1_000_000


def test_a_person_takes_a_reading_in_doubt_or_drops_it_and_says_why(organisation: Any, waiting: Any) -> None:
    send(organisation, [row(waiting, 0, 90_000), row(waiting, 1, 95_000), row(waiting, 2, "x")])
    client = organisation.client("risk_manager")
    assert "95000" in client.get("/monitoring/doubts/").content.decode()
    first, second, odd = Quarantined.objects.order_by("row").values_list("pk", flat=True)
    address = "/monitoring/doubts/{}/".format
    said = {"deed": "take", "reason": "x"}
    for who, status in (("expert", 403), (organisation.outsider, 404)):
        assert organisation.client(who).post(address(first), said).status_code == status
    client.post(address(first), {"deed": "take", "reason": ""})
    client.post(address(odd), {"deed": "take", "reason": "x"})
    assert not Reading.objects.exists()
    client.post(address(first), {"deed": "take", "reason": "停电一天，确有其事"})
    client.post(address(second), {"deed": "drop", "reason": "仪表故障"})
    assert Reading.objects.get().value == 90_000.0
    assert list(Quarantined.objects.order_by("row").values_list("state", flat=True)) == [
        "taken", "dropped", "waiting",
    ]  # fmt: skip
    told = AuditEvent.objects.filter(action__startswith="monitoring.doubt.").order_by("seq")
    assert [each.action for each in told] == ["monitoring.doubt.take", "monitoring.doubt.drop"]

"""Movements on the heat map: made by hand, drawn, listed, within reach, with the same few queries."""

import html
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from anlan.web.risks.models import Assessment, Risk
from anlan.web.risks.movement.selectors import days_of, movement, positions
from anlan.web.risks.services import assess_by_scores, create_risk
from web.risks.signing import scored

TODAY = date(2026, 7, 14)


def on(day: int, month: int = 7) -> datetime:
    return datetime(2026, month, day, 4, tzinfo=UTC)


@pytest.fixture
def risks(organisation) -> list[Risk]:
    """Two went from 3-3 to 4-3, one from 5-5 to 2-5, one stayed, one is new, one waits for approval."""
    manager = organisation.people["risk_manager"]
    made = [
        create_risk(unit=organisation.hall, title=f"风险{i}", title_en=f"Risk {i}", category="process",
                    source="report", actor=manager)
        for i in range(6)
    ]  # fmt: skip
    ways = [((3, 3), (4, 3)), ((3, 3), (4, 3)), ((5, 5), (2, 5)), ((1, 1), (1, 1)), (None, (2, 2))]
    for risk, (start, end) in zip(made, ways, strict=False):
        if start:
            scored(organisation, risk, start, at=on(1, 3))
        scored(organisation, risk, end, at=on(1))
    assess_by_scores(made[5], stage="current", likelihood=5, severity=5, rationale="r", actor=manager)
    scored(organisation, made[0], (5, 5), at=on(2), stage="residual_expected")
    return made


def test_paths_are_counted_by_hand(risks) -> None:
    found = movement(Risk.objects.all(), since=date(2026, 4, 15), until=TODAY)
    assert [(p.start, p.end, set(p.risks)) for p in found.paths] == [
        ((3, 3), (4, 3), {risks[0].pk, risks[1].pk}), ((5, 5), (2, 5), {risks[2].pk}),
    ]  # fmt: skip
    assert (found.moved, dict(found.stayed)) == (3, {(1, 1): 1})
    assert [(p.start, p.end, p.risks) for p in found.new] == [(None, (2, 2), (risks[4].pk,))]


def test_an_assessment_counts_from_the_end_of_the_day_of_its_approval(risks) -> None:
    before, after = positions(Risk.objects.all(), since=date(2026, 6, 30), until=date(2026, 7, 1))
    assert (before[risks[0].pk], after[risks[0].pk]) == ((3, 3), (4, 3))
    assert risks[5].pk not in after
    early = date(2026, 1, 1)
    assert positions(Risk.objects.all(), since=early, until=early) == ({}, {})


def test_withdrawn_assessments_do_not_count(risks) -> None:
    Assessment.objects.filter(risk=risks[2], likelihood=2).update(state="withdrawn")
    assert positions(Risk.objects.all(), since=TODAY, until=TODAY)[1][risks[2].pk] == (5, 5)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({}, (TODAY - timedelta(days=90), TODAY)),
        ({"since": "2026-01-02", "until": "2026-02-03"}, (date(2026, 1, 2), date(2026, 2, 3))),
        ({"since": "2026-02-03", "until": "2026-01-02"}, (date(2026, 1, 2), date(2026, 2, 3))),
        ({"since": "x", "until": "2999-01-01"}, (TODAY - timedelta(days=90), TODAY)),
        ({"since": "0001-01-01", "until": "9999-12-31"}, (TODAY - timedelta(days=90), TODAY)),
    ],
)
def test_days_are_read_with_care(query, expected) -> None:
    assert days_of(query, today=TODAY) == expected


@pytest.mark.parametrize(("language", "sentence"), [
    ("zh-hans", "3 项移动，其中升级 2 项、降级 1 项；新评估 1 项，原地 1 项"),
    ("en", "3 risks moved, 2 to a higher and 1 to a lower level; 1 newly assessed, 1 where they were"),
])  # fmt: skip
def test_the_page_draws_and_lists_them(organisation, risks, language, sentence) -> None:
    client = organisation.client("auditor", language=language)
    page = html.unescape(client.get("/risks/movement/?since=2026-04-15&until=2026-07-14").content.decode())
    assert page.count(sentence) == 2
    for risk in risks[:3] + risks[4:5]:
        assert f'href="/risks/{risk.code}/"' in page
    assert risks[3].code not in page
    assert "/risks/?cell=4-3&category=" in page
    assert page.count("<path d=") >= 2


def test_the_cell_of_a_way_opens_its_risks_in_the_register(organisation, risks) -> None:
    page = organisation.client("auditor").get("/risks/?cell=4-3&category=", follow=True).content.decode()
    assert [risk.code in page for risk in risks] == [True, True, False, False, False, False]


def test_nothing_moved_says_what_to_do(organisation) -> None:
    page = organisation.client("auditor", language="en").get("/risks/movement/").content.decode()
    assert "No risk moved between these days" in page
    assert "two others review and approve that" in page


def test_other_units_see_none_of_it(organisation, risks) -> None:
    page = organisation.client(organisation.outsider).get(
        "/risks/movement/?since=2026-04-15&until=2026-07-14"
    )
    assert not [risk for risk in risks if risk.code in page.content.decode()]
    shown = organisation.program(organisation.outsider).get(
        "/api/v1/movement?since=2026-04-15&until=2026-07-14"
    )
    assert (shown.json()["moved"], shown.json()["ways"]) == (0, [])


def test_programs_get_the_same_numbers(organisation, risks) -> None:
    shown = organisation.program("auditor").get("/api/v1/movement?since=2026-04-15&until=2026-07-14").json()
    assert (shown["moved"], shown["stayed"], shown["new"]) == (3, 1, 1)
    assert shown["ways"][0] == {"start": [3, 3], "end": [4, 3], "count": 2}
    none = organisation.program("auditor").get("/api/v1/movement?category=safety").json()
    assert none["ways"] == []


def test_more_risks_ask_no_more_of_the_database(organisation, risks) -> None:
    client, address = organisation.client("auditor"), "/risks/movement/?since=2026-04-15&until=2026-07-14"

    def queries() -> int:
        with CaptureQueriesContext(connection) as asked:
            assert client.get(address).status_code == 200
        return len(asked)

    queries()
    few = queries()
    manager = organisation.people["risk_manager"]
    for i in range(5):
        risk = create_risk(
            unit=organisation.hall, title=f"x{i}", category="process", source="report", actor=manager
        )
        scored(organisation, risk, (2, 2), at=on(1, 3))
        scored(organisation, risk, (3, 4), at=on(1))
    assert queries() == few


def test_an_assessment_under_other_criteria_does_not_break_the_picture(organisation, risks) -> None:
    Assessment.objects.filter(risk=risks[2], likelihood=2).update(likelihood=9, severity=9)
    page = organisation.client("auditor").get("/risks/movement/?since=2026-04-15&until=2026-07-14")
    assert page.status_code == 200
    assert timezone.localdate() >= TODAY

"""The first page: what the person must do, in both languages, with a fixed number of queries."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from anlan.web.project.selectors import cockpit
from anlan.web.risks.models import Assessment
from anlan.web.risks.services import approve, assess_by_scores, create_risk, report_candidate, review

TODAY = timezone.localdate()


def _risk(organisation, title: str = "错派", **fields):
    return create_risk(unit=organisation.hall, title=title, category="process", source="report",
                       actor=organisation.people["risk_manager"], **fields)  # fmt: skip


def _tasks(user) -> list[str]:
    return [item.what for item in cockpit(user, today=TODAY).todo]


def test_signatures_are_asked_of_those_who_did_not_sign_before(organisation) -> None:
    people = organisation.people
    risk = _risk(organisation)
    made = assess_by_scores(
        risk, stage="current", likelihood=4, severity=4, rationale="r", actor=people["expert"]
    )
    assert any(risk.code in task for task in _tasks(people["risk_manager"]))
    assert not any(risk.code in task for task in _tasks(people["executive"]))
    review(made, actor=people["risk_manager"])
    assert not any(risk.code in task for task in _tasks(people["risk_manager"]))
    assert any(risk.code in task for task in _tasks(people["executive"]))


def test_overdue_reviews_come_first_and_say_how_late(organisation) -> None:
    report_candidate(unit=organisation.north, title="x", statement="x", category="people",
                     actor=organisation.people["expert"])  # fmt: skip
    late = _risk(organisation, next_review_on=TODAY - timedelta(days=3))
    first = cockpit(organisation.people["risk_manager"], today=TODAY).todo[0]
    assert (late.code in first.what, first.late, "3" in first.when) == (True, True, True)


def test_nothing_is_asked_of_an_auditor(organisation) -> None:
    _risk(organisation, next_review_on=TODAY)
    assert _tasks(organisation.people["auditor"]) == []


@pytest.mark.parametrize(("language", "word"), [("zh-hans", "超出容忍度"), ("en", "beyond appetite")])
def test_the_page_renders_for_every_role(organisation, language: str, word: str) -> None:
    risk = _risk(organisation)
    assess_by_scores(risk, stage="current", likelihood=5, severity=5, rationale="r",
                     actor=organisation.people["risk_manager"])  # fmt: skip
    for role in organisation.people:
        assert word in organisation.client(role, language=language).get("/").content.decode(), role


def test_more_risks_cost_no_more_queries(organisation) -> None:
    client, counts = organisation.client("risk_manager"), []
    client.get("/")  # the first page ever also lays down the criteria
    for n in (4, 30):
        for k in range(n):
            _risk(organisation, title=str(k), next_review_on=TODAY - timedelta(days=k))
        with CaptureQueriesContext(connection) as queries:
            client.get("/")
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 20


def test_the_movement_counts_levels_that_rose_or_fell_in_thirty_days(organisation) -> None:
    people = organisation.people
    for title, (before, now) in {
        "up": ((2, 2), (5, 5)),
        "down": ((4, 4), (1, 1)),
        "new": (None, (3, 3)),
    }.items():
        risk = _risk(organisation, title=title)
        for scores, days in ((before, 60), (now, 2)):
            if scores:
                made = assess_by_scores(risk, stage="current", likelihood=scores[0], severity=scores[1],
                                        rationale="r", actor=people["expert"])  # fmt: skip
                approve(review(made, actor=people["risk_manager"]), actor=people["executive"])
                when = timezone.now() - timedelta(days=days)
                Assessment.objects.filter(pk=made.pk).update(approved_at=when)
    found = cockpit(people["risk_manager"], today=TODAY).moved
    assert (found.worse, found.better, found.new) == (1, 1, 1)


def test_only_who_may_register_is_offered_it(organisation) -> None:
    for who in ("risk_manager", "executive", "administrator", "expert"):
        client = organisation.client(who)
        offered = 'href="/risks/new/"' in client.get("/").content.decode().split("</nav>", 1)[1]
        assert offered == (client.get("/risks/new/").status_code == 200), who


def test_findings_are_counted_as_the_page_of_findings_lists_them(organisation) -> None:
    report_candidate(unit=organisation.north, title="x", statement="x", category="people",
                     actor=organisation.people["risk_manager"])  # fmt: skip
    for who in ("risk_manager", "executive"):
        listed = organisation.client(who).get("/risks/candidates/").context["page"].paginator.count
        assert cockpit(organisation.people[who], today=TODAY).counts["candidates"] == listed == 1


@pytest.mark.parametrize(("language", "word"), [("zh-hans", "更多"), ("en", "More")])
def test_a_narrow_page_opens_the_whole_menu(organisation, language: str, word: str) -> None:
    page = organisation.client("risk_manager", language=language).get("/").content.decode()
    bottom = page.split('<nav class="bottom"', 1)[1]
    assert word in bottom.split("</nav>", 1)[0]
    assert 'data-opens="whole-menu"' in bottom.split("</nav>", 1)[0]
    for place in ("/standards/", "/risks/workshops/", "/runs/", "/reports/", "/people/", "/risks/criteria/"):
        assert f'href="{place}"' in bottom.split("</nav>", 1)[1], place


def test_the_list_says_how_many_more_there_are(organisation) -> None:
    for k in range(5):
        _risk(organisation, title=str(k), next_review_on=TODAY - timedelta(days=1))
    shown = cockpit(organisation.people["risk_manager"], today=TODAY)
    assert (len(shown.todo), shown.n_todo) == (3, 5)
    assert "显示 3 / 共 5 件" in organisation.client("risk_manager").get("/").content.decode()

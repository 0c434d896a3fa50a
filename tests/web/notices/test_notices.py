"""Who is told what: the right people once, in their language, and only of what they may still see."""

from datetime import timedelta

import pytest
from django.utils import timezone, translation

from anlan.web.catalog import drafting
from anlan.web.catalog.services import NodeDraft, create_process, draft_version
from anlan.web.notices.models import Notice, Wish
from anlan.web.notices.selectors import notices_of, still_seen, unread_count
from anlan.web.notices.services import choose
from anlan.web.notices.words import words_of
from anlan.web.people.models import Assignment, User
from anlan.web.people.services import assign_role, create_user
from anlan.web.risks.models import Risk
from anlan.web.risks.reviews_due import tell_due
from anlan.web.risks.services import (
    Change,
    add_comment,
    assess_by_scores,
    change_many,
    change_risk,
    confirm_still_valid,
    create_risk,
    review,
    watch,
)
from web.conftest import PASSWORD


@pytest.fixture
def risk(organisation) -> Risk:
    return create_risk(
        unit=organisation.north, title="错派工单", title_en="Wrong dispatch", category="process",
        source="report", actor=organisation.people["risk_manager"],
    )  # fmt: skip


@pytest.fixture
def second(organisation) -> User:
    """A second risk manager of north."""
    made = create_user(username="second", name="乙", password=PASSWORD, unit=organisation.north, actor=None)
    assign_role(user=made, role="risk_manager", unit=organisation.north, actor=None)
    return made


def told(kind: str) -> list[str]:
    return sorted(Notice.objects.filter(kind=kind).values_list("recipient__username", flat=True))


def test_a_mention_is_told_in_the_readers_language(organisation, risk) -> None:
    add_comment(risk, text="请 @expert 看，@outsider 也看", actor=organisation.people["risk_manager"])
    assert told("mention") == ["expert"]
    notice = Notice.objects.get()
    assert words_of(notice).startswith("风险经理 在 R-0001“错派工单”的讨论中提到了您：请 @expert")
    with translation.override("en"):
        assert "mentioned you on R-0001 “Wrong dispatch”" in words_of(notice)


def test_nobody_is_told_of_their_own_deed_and_a_watcher_of_each_change(organisation, risk) -> None:
    manager, owner = organisation.people["risk_manager"], organisation.people["node_owner"]
    for person in (manager, owner):
        watch(risk, actor=person, on=True)
    change_risk(risk, version=1, actor=manager, title="错派")
    assess_by_scores(risk, stage="current", likelihood=3, severity=3, rationale="x", actor=manager)
    confirm_still_valid(risk, reason="无变化", actor=manager, today=timezone.localdate())
    add_comment(risk, text="@node_owner 请看", actor=manager)
    add_comment(risk, text="再看", actor=manager)
    assert told("watched") == ["node_owner"] * 4
    assert told("mention") == ["node_owner"]
    what = [n.parameters["what"] for n in Notice.objects.filter(kind="watched").order_by("id")]
    assert what == ["facts", "assessed", "still_valid", "comment"]


def test_signatures_are_asked_of_those_who_may_still_give_them(organisation, risk, second) -> None:
    manager = organisation.people["risk_manager"]
    made = assess_by_scores(risk, stage="current", likelihood=3, severity=3, rationale="x", actor=manager)
    assert told("to_review") == ["second"]
    assert told("to_approve") == []
    review(made, actor=second)
    assert told("to_approve") == ["executive"]


def test_what_somebody_signed_waits_for_nobody_else(organisation, risk, second) -> None:
    made = [
        assess_by_scores(risk, stage=stage, likelihood=3, severity=3, rationale="r",
                         actor=organisation.people["expert"])
        for stage in ("inherent", "current")
    ]  # fmt: skip
    assert unread_count(second) == 2
    review(made[0], actor=organisation.people["risk_manager"])
    unread = Notice.objects.filter(recipient=second, kind="to_review", read_at=None)
    assert [notice.parameters["number"] for notice in unread] == [made[1].number]


def test_a_version_waits_for_those_who_had_no_hand_in_it(organisation, second) -> None:
    manager = organisation.people["risk_manager"]
    process = create_process(unit=organisation.north, name="抢修", name_en="Repair", actor=manager)
    draft = draft_version(process, nodes=[NodeDraft(name="甲", key="a")], flows=[], source="drawn",
                          actor=manager)  # fmt: skip
    drafting.submit(draft, seen=draft.version, actor=manager, reason="改")
    assert told("version_to_approve") == ["executive", "second"]


def test_a_review_date_is_told_once_when_it_comes_and_once_when_it_passed(organisation, risk) -> None:
    now = timezone.now().replace(hour=4)  # noon in Shanghai
    Risk.objects.update(next_review_on=now.date(), owner=organisation.people["node_owner"])
    assert (tell_due(now), tell_due(now)) == (1, 0)
    assert tell_due(now + timedelta(days=1)) == 1
    assert tell_due(now + timedelta(days=2)) == 0
    assert (told("review_due"), told("review_overdue")) == (["node_owner"], ["node_owner"])
    Risk.objects.update(owner=None, next_review_on=now.date() - timedelta(days=3))
    tell_due(now)
    assert told("review_overdue") == ["node_owner", "risk_manager"]


def test_the_day_is_the_units_day(organisation, risk) -> None:
    late = timezone.now().replace(hour=20)  # next morning in Shanghai
    Risk.objects.update(next_review_on=late.date() + timedelta(days=1))
    assert tell_due(late) == 1
    assert told("review_due") == ["risk_manager"]


def test_what_one_may_no_longer_see_is_neither_counted_nor_shown(organisation, risk) -> None:
    manager, expert = organisation.people["risk_manager"], organisation.people["expert"]
    add_comment(risk, text="@expert", actor=manager)
    assert unread_count(expert) == 1
    client = organisation.client("expert")
    assert "错派工单" in client.get("/notices/").content.decode()
    Risk.objects.update(unit=organisation.south)  # moved past the services: the record decides
    assert "错派工单" not in client.get("/notices/").content.decode()
    assert still_seen(User.objects.get(pk=expert.pk), list(notices_of(expert))) == []
    shown = organisation.program("expert").get("/api/v1/notices").json()["items"]
    assert [shown[0][name] for name in ("visible", "text", "link")] == [False, "", ""]
    Risk.objects.update(unit=organisation.north)
    Assignment.objects.filter(user=expert).delete()
    assert unread_count(User.objects.get(pk=expert.pk)) == 0


def test_a_risk_that_moves_takes_its_notices_along(organisation, risk) -> None:
    manager = organisation.people["risk_manager"]
    assign_role(user=manager, role="risk_manager", unit=organisation.root, actor=None)
    manager = User.objects.get(pk=manager.pk)
    add_comment(risk, text="@expert", actor=manager)
    change_risk(risk, version=1, actor=manager, unit=organisation.south)
    assert unread_count(organisation.people["expert"]) == 0


def test_reading_and_going_there(organisation, risk) -> None:
    manager = organisation.people["risk_manager"]
    for _ in range(3):
        add_comment(risk, text="@expert", actor=manager)
    client = organisation.client("expert", language="en")
    page = client.get("/notices/").content.decode()
    assert "Notices, 3 unread" in page
    first = Notice.objects.first()
    answer = client.post(f"/notices/{first.pk}/")
    assert answer["Location"] == f"/risks/{risk.code}/"
    assert unread_count(organisation.people["expert"]) == 2
    assert client.post(f"/notices/{first.pk}/", {"stay": "1"})["Location"] == "/notices/"
    assert organisation.client("auditor").post(f"/notices/{first.pk}/").status_code == 404
    client.post("/notices/read/")
    assert unread_count(organisation.people["expert"]) == 0
    assert Notice.objects.filter(read_at=None).count() == 0


def test_unread_ones_come_first(organisation, risk) -> None:
    for words in ("一", "二", "三"):
        add_comment(risk, text=f"@expert {words}", actor=organisation.people["risk_manager"])
    newest = Notice.objects.first()
    program = organisation.program("expert", language="zh")
    assert program.post(f"/api/v1/notices/{newest.pk}/read").json()["read_at"]
    listed = program.get("/api/v1/notices").json()["items"]
    assert [entry["text"][-1] for entry in listed] == ["二", "一", "三"]
    assert program.get("/api/v1/notices?unread=true").json()["count"] == 2
    assert program.post("/api/v1/notices/read").json() == {"read": 2}
    other = organisation.program("auditor")
    assert other.get("/api/v1/notices").json()["count"] == 0
    assert other.post(f"/api/v1/notices/{newest.pk}/read").status_code == 404


def test_the_count_costs_one_query_whatever_there_is(organisation, risk, django_assert_num_queries) -> None:
    for _ in range(4):
        add_comment(risk, text="@expert", actor=organisation.people["risk_manager"])
    expert = User.objects.get(username="expert")
    unread_count(expert)  # what they may do is read once in each request anyway
    with django_assert_num_queries(1):
        assert unread_count(expert) == 4


def test_a_kind_that_is_switched_off_leaves_nothing(organisation, risk) -> None:
    client = organisation.client("expert")
    page = client.get("/notices/settings/")
    ways = page.context["form"].initial
    answer = client.post("/notices/settings/", ways | {"mention": "off"})
    assert answer.status_code == 302
    assert list(Wish.objects.values_list("user__username", "kind", "way")) == [("expert", "mention", "off")]
    add_comment(risk, text="@expert @auditor", actor=organisation.people["risk_manager"])
    assert told("mention") == ["auditor"]


def test_without_a_mail_server_the_page_says_so(organisation) -> None:
    assert "还没有配置邮件服务器" in organisation.client("expert").get("/notices/settings/").content.decode()
    page = organisation.client("administrator", language="en").get("/notices/mails/").content.decode()
    assert "No mail server is configured" in page


def test_many_changes_at_once_tell_each_watcher_in_few_queries(
    organisation, django_assert_max_num_queries
) -> None:
    manager, owner = organisation.people["risk_manager"], organisation.people["node_owner"]
    facts = {"unit": organisation.north, "category": "process", "source": "report", "actor": manager}
    risks = [create_risk(title=f"风险 {n}", **facts) for n in range(30)]
    for risk in risks:
        watch(risk, actor=owner, on=True)
    with django_assert_max_num_queries(50):
        change_many({r.code: r.version for r in risks}, Change(phase="treated"), actor=manager)
    assert told("watched") == ["node_owner"] * 30


def test_how_an_import_and_a_run_ended_is_told_to_who_started_them(organisation, hall) -> None:
    from anlan.web.catalog.services import add_log
    from anlan.web.runs.services import start_run

    manager = organisation.people["risk_manager"]
    process = create_process(unit=organisation.north, name="营业厅", actor=manager)
    add_log(process, hall, actor=manager)
    run = start_run(process=process, study="key_nodes", parameters={}, actor=manager)
    assert told("run_ended") == ["risk_manager"]
    words = words_of(Notice.objects.get(kind="run_ended"))
    assert run.code in words
    assert "完成" in words


def test_choosing_keeps_only_what_differs_from_the_usual(organisation) -> None:
    expert = organisation.people["expert"]
    choose(expert, ways={"session_invited": "page", "mention": "page", "watched": "off"}, daily=True)
    assert list(Wish.objects.values_list("kind", "way")) == [("watched", "off")]
    assert expert.rhythm.daily

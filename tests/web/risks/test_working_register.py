"""The register as a tool: columns, chips, saved views, one change for many."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from anlan.domain.errors import UsageError
from anlan.web.common.models import AuditEvent
from anlan.web.risks.columns import PLACES
from anlan.web.risks.models import Risk, SavedView
from anlan.web.risks.selectors import Filters, filters_of, register
from anlan.web.risks.services import Change, change_many, change_risk, create_risk, plan_change
from anlan.web.risks.services.saved_views import open_first, save_view

TODAY = date(2026, 7, 14)


@pytest.fixture
def risks(organisation) -> list[Risk]:
    manager = organisation.people["risk_manager"]
    facts = [("a", "process", ["迎峰度夏"]), ("b", "people", ["迎峰度夏", "人"]), ("c", "people", [])]
    made = [
        create_risk(unit=organisation.hall, title=title, category=category, source="report", actor=manager,
                    tags=tags, owner=manager if title == "a" else None)
        for title, category, tags in facts
    ]  # fmt: skip
    Risk.objects.filter(pk=made[2].pk).update(next_review_on=TODAY - timedelta(days=1), beyond_appetite=True)
    return [Risk.objects.get(pk=risk.pk) for risk in made]


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"category": "process,people"}, "abc"), ({"category": "people"}, "bc"), ({"tag": "迎峰度夏"}, "ab"),
        ({"tag": "迎峰度夏,人"}, "b"), ({"tag": "迎峰"}, ""), ({"owner": "risk_manager"}, "a"),
        ({"unit": "NH"}, "abc"), ({"unit": "S"}, ""), ({"unit": "none"}, ""), ({"overdue": "1"}, "c"),
        ({"beyond": "1"}, "c"), ({"overdue": "1", "tag": "人"}, ""), ({"source": "report,log"}, "abc"),
        ({"phase": "identified", "category": "people", "q": "b"}, "b"),
    ],
)  # fmt: skip
def test_filters_combine(organisation, risks, asked: dict[str, str], found: str) -> None:
    shown = register(organisation.people["risk_manager"], filters_of(asked), today=TODAY)
    assert "".join(sorted(risk.title for risk in shown)) == found


@pytest.mark.parametrize("column", list(PLACES))
def test_every_column_sorts_both_ways(organisation, risks, column: str) -> None:
    manager = organisation.people["risk_manager"]
    for order in (column, f"-{column}"):
        assert register(manager, Filters(order=order), today=TODAY).count() == 3
        assert len(list(register(manager, Filters(order=order), today=TODAY))) == 3


def test_an_unknown_order_is_the_usual_one(organisation, risks) -> None:
    manager = organisation.people["risk_manager"]
    usual = list(register(manager, Filters(), today=TODAY))
    for order in ("unit__path", "password", "c.'; drop table"):
        assert list(register(manager, Filters(order=order), today=TODAY)) == usual


def test_the_address_is_cleaned_and_holds_columns_in_their_order(organisation, risks) -> None:
    client = organisation.client("risk_manager")
    answer = client.get(
        "/risks/?category=people&category=process&level=&shown=code&shown=tags&at.code=2&at.tags=1"
    )
    assert answer["Location"] == "/risks/?category=people%2Cprocess&columns=tags%2Ccode"
    page = client.get(answer["Location"]).content.decode()
    assert page.index(">标签") < page.index(">编号")
    assert "类别：人员、流程" in page


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_a_chip_takes_its_filter_away(organisation, risks, language: str) -> None:
    client = organisation.client("risk_manager", language=language)
    page = client.get("/risks/?view=all&tag=迎峰度夏&overdue=1&owner=risk_manager&unit=N").content.decode()
    assert page.count("tag on removes") == 4
    assert 'href="?view=all&amp;overdue=1&amp;owner=risk_manager&amp;unit=N"' in page


def test_a_view_opens_first_is_shared_renamed_and_deleted(organisation, risks) -> None:
    manager, client = organisation.people["risk_manager"], organisation.client("risk_manager")
    given = {"do": "save", "name": "度夏", "query": "tag=迎峰度夏&order=-code", "shared": "1"}
    client.post("/risks/views/", given)
    view = SavedView.objects.get()
    other = organisation.client("auditor")
    assert "度夏" in other.get("/risks/").content.decode()
    assert other.post("/risks/views/", {"do": "delete", "view": view.pk}).status_code == 404
    with pytest.raises(UsageError, match=r"view\.not_yours"):
        open_first(view, on=True, actor=organisation.people["auditor"])
    client.post("/risks/views/", {"do": "first", "view": view.pk})
    assert client.get("/risks/")["Location"] == f"/risks/?{view.query}"
    assert other.get("/risks/").status_code == 200
    client.post("/risks/views/", {"do": "rename", "view": view.pk, "name": "夏季"})
    assert not SavedView.objects.get().shared
    assert "夏季" not in other.get("/risks/").content.decode()
    client.post("/risks/views/", {"do": "delete", "view": view.pk})
    assert not SavedView.objects.exists()
    actions = set(
        AuditEvent.objects.filter(actor=manager, action__startswith="risks.view.").values_list(
            "action", flat=True
        )
    )
    assert actions == {f"risks.view.{do}" for do in ("save", "first", "rename", "delete")}


def test_a_shared_view_shows_each_person_their_own_risks(organisation, risks) -> None:
    save_view(name="全部", query="category=people", shared=True, actor=organisation.people["risk_manager"])
    page = organisation.client(organisation.outsider).get("/risks/?category=people").content.decode()
    assert "全部" in page
    assert risks[1].code not in page


def seen(risks: list[Risk]) -> dict[str, int]:
    return {risk.code: risk.version for risk in risks}


def test_the_preview_says_what_will_change_and_what_cannot(organisation, risks) -> None:
    manager = organisation.people["risk_manager"]
    change_risk(risks[0], version=1, actor=organisation.people["node_owner"], title="a2")
    plan = plan_change(seen(risks) | {"R-9999": 1}, Change(add_tags=("人",)), actor=manager)
    assert [(risk.code, fields) for risk, fields in plan.changed] == [(risks[2].code, {"tags": ["人"]})]
    reasons = {getattr(risk, "code", risk): reason for risk, reason in plan.cannot}
    assert reasons == {risks[0].code: "changed_since", risks[1].code: "already", "R-9999": "unknown"}


def test_an_owner_who_may_not_see_the_risk_is_refused(organisation, risks) -> None:
    plan = plan_change(
        seen(risks), Change(owner=organisation.outsider), actor=organisation.people["risk_manager"]
    )
    assert {reason for _, reason in plan.cannot} == {"owner_outside"}


def test_all_are_written_with_an_audit_each_or_none_is(organisation, risks) -> None:
    manager = organisation.people["risk_manager"]
    change = Change(owner=organisation.people["expert"], phase="treated", next_review_on=TODAY,
                    category="safety", remove_tags=("迎峰度夏",))  # fmt: skip
    stale = seen(risks) | {risks[1].code: 9}
    assert change_many(stale, change, actor=manager).cannot
    assert not Risk.objects.filter(phase="treated").exists()
    change_many(seen(risks), change, actor=manager, reason="季度调整")
    for risk in Risk.objects.select_related("owner"):
        assert (risk.phase, risk.category, risk.next_review_on) == ("treated", "safety", TODAY)
        assert (risk.owner.username, risk.version, "迎峰度夏" in risk.tags) == ("expert", 2, False)
    events = AuditEvent.objects.filter(action="risks.risk.change")
    assert [event.payload["reason"] for event in events] == ["季度调整"] * 3


def test_bulk_change_over_the_pages_names_a_conflict(organisation, risks) -> None:
    client = organisation.client("risk_manager")
    first = client.get("/risks/bulk/?category=people")
    assert first.context["n"] == 2
    given = {"seen": first.context["seen"], "phase": "treated", "step": "preview"}
    preview = client.post("/risks/bulk/", given)
    assert "2 项将被修改，0 项不能修改" in preview.content.decode()
    change_risk(risks[1], version=1, actor=organisation.people["node_owner"], title="b2")
    conflict = client.post("/risks/bulk/", given | {"seen": preview.context["ready"], "step": "write"})
    assert conflict.status_code == 409
    assert "1 项将被修改，1 项不能修改" in conflict.content.decode()
    assert not Risk.objects.filter(phase="treated").exists()
    again = client.post("/risks/bulk/", given | {"seen": conflict.context["ready"], "step": "write"})
    assert again.status_code == 302
    assert [risk.title for risk in Risk.objects.filter(phase="treated")] == ["c"]


def test_bulk_change_stops_at_the_border_of_ones_units(organisation, risks) -> None:
    client = organisation.client(organisation.outsider)
    packed = ",".join(f"{risk.code}:{risk.version}" for risk in risks)
    page = client.post("/risks/bulk/", {"seen": packed, "phase": "closed", "step": "write"})
    assert page.status_code == 409
    assert {reason for _, reason in page.context["plan"].cannot} == {"unknown"}
    assert not Risk.objects.filter(phase="closed").exists()


def test_a_preview_of_many_asks_few_queries(organisation, risks) -> None:
    manager = organisation.people["risk_manager"]
    with CaptureQueriesContext(connection) as few:
        plan_change(seen(risks[:1]), Change(phase="treated"), actor=manager)
    with CaptureQueriesContext(connection) as many:
        plan_change(seen(risks), Change(phase="treated"), actor=manager)
    assert len(many) <= len(few)

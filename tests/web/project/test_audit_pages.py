"""The audit on pages: scoped, filtered, paged by number, exported harmlessly, checked in the background."""

import ast
import csv
import io
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

import anlan.web
from anlan.formats.messages import LANGUAGES, messages
from anlan.web.common.audit import record
from anlan.web.common.models import AuditEvent
from anlan.web.people.permissions import PERMISSIONS
from anlan.web.people.services import assign_role
from anlan.web.project.trail import Filters, trail


def _events(organisation, n: int, unit: str = "north", action: str = "risks.risk.change") -> None:
    actor = organisation.people["risk_manager"]
    for i in range(n):
        record(action, actor=actor, unit=getattr(organisation, unit), changes={"title": (i, i + 1)})


def _numbers(found) -> list[int]:
    return [event.seq for event in found.events]


def test_a_reader_sees_the_events_of_the_units_below_and_no_others(organisation) -> None:
    _events(organisation, 2, "hall")
    _events(organisation, 3, "south")
    record("people.sign_in", result="denied")
    auditor = organisation.people["auditor"]
    units = {event.unit for event in trail(auditor, Filters(action="risks.risk.change")).events}
    assert units == {organisation.hall}
    assert not [e for e in trail(auditor, Filters()).events if e.unit is None]
    assign_role(user=auditor, role="auditor", unit=organisation.root, actor=None)
    del auditor._grants
    assert len(trail(auditor, Filters(action="risks.risk.change")).events) == 5
    assert [e for e in trail(auditor, Filters(action="people.sign_in")).events if e.unit is None]


def test_pages_follow_each_other_without_gap_or_count(organisation) -> None:
    _events(organisation, 120)
    auditor = organisation.people["auditor"]
    seen, before = [], None
    while True:
        page = trail(auditor, Filters(action="risks."), before=before)
        seen += _numbers(page)
        before = page.older
        if before is None:
            break
    wanted = AuditEvent.objects.filter(action="risks.risk.change").order_by("-seq")
    assert seen == list(wanted.values_list("seq", flat=True))


def test_what_is_rare_and_far_back_is_still_found(organisation, monkeypatch) -> None:
    monkeypatch.setattr("anlan.web.project.trail._WINDOWS", (10, 20, 40))
    _events(organisation, 1, action="runs.run.retry")
    _events(organisation, 90)
    found = trail(organisation.people["auditor"], Filters(action="runs.run.retry"))
    assert [event.action for event in found.events] == ["runs.run.retry"]


@pytest.mark.parametrize("action", ["", "risks.", "risks.risk.change"])
def test_a_rare_filter_is_found_with_frequent_ones_and_so_is_nothing(
    organisation, monkeypatch, action
) -> None:
    monkeypatch.setattr("anlan.web.project.trail._WINDOWS", (10, 20, 40))
    monkeypatch.setattr("anlan.web.project.trail._RARE", 5)
    for reason in ("first", "second", "third"):
        record("risks.risk.change", result="failed", unit=organisation.north, reason=reason)
    _events(organisation, 90)
    rare, reader = Filters(result="failed", action=action), organisation.people["auditor"]
    page = trail(reader, rare, n=2)
    assert [event.payload["reason"] for event in page.events] == ["third", "second"]
    assert [event.payload["reason"] for event in trail(reader, rare, before=page.older).events] == ["first"]
    assert trail(reader, Filters(result="denied", action=action)).events == []


def test_more_events_cost_no_more_queries(organisation) -> None:
    client, counts = organisation.client("auditor"), []
    for n in (60, 300):
        _events(organisation, n)
        with CaptureQueriesContext(connection) as queries:
            client.get("/audit/?action=risks.&until=2999-01-01")
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 15
    assert not [q for q in queries.captured_queries if "COUNT(" in q["sql"]]


@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        ("actor=risk_manager", 3), ("actor=nobody", 0), ("action=risks.risk.change", 3), ("result=denied", 1),
        ("since=2999-01-01", 0), ("until=2001-01-01", 0), ("since=rubbish&before=x", None),
    ],
)  # fmt: skip
def test_each_filter_filters(organisation, query: str, wanted: int | None) -> None:
    _events(organisation, 3)
    organisation.client("expert").get("/processes/new/")
    rows = organisation.client("auditor").get(f"/audit/?{query}").context["rows"]
    assert len(rows) == wanted if wanted is not None else len(rows) > 3


def test_one_object_is_followed_by_its_link(organisation) -> None:
    person = organisation.people["expert"]
    target = f"people.user:{person.pk}"
    page = organisation.client("auditor").get(f"/audit/?target={target}")
    assert {row["target"] for row in page.context["rows"]} == {target}
    assert "授予角色" in page.content.decode()


def test_the_export_is_harmless_scoped_and_itself_an_event(organisation) -> None:
    record("risks.risk.change", unit=organisation.hall, reason="=1+1", changes={"title": ("a", "@b")})
    record("risks.risk.change", unit=organisation.south, reason="elsewhere")
    answer = organisation.client("auditor").get("/audit/export.csv?action=risks.risk.change")
    rows = list(csv.DictReader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"))))
    assert [(row["reason"], row["unit"]) for row in rows] == [("'=1+1", "NH")]
    taken = AuditEvent.objects.get(action="audit.export")
    assert (taken.actor, taken.payload["reason"]) == (
        organisation.people["auditor"], "action=risks.risk.change",
    )  # fmt: skip


def test_a_check_asked_for_is_an_event_with_its_finding(organisation) -> None:
    client = organisation.client("auditor", language="en")
    client.post("/audit/check/")
    assert "match, proven" in client.get("/audit/check/").content.decode()
    AuditEvent.objects.filter(seq=3).update(action="test.nicer")
    client.post("/audit/check/")
    page = client.get("/audit/check/").content.decode()
    assert "Audit event 3 was altered" in page
    assert AuditEvent.objects.filter(action="audit.verify", result="failed").count() == 1


@pytest.mark.parametrize(("language", "word"), [("zh-hans", "修改风险"), ("en", "Changed a risk")])
def test_the_page_speaks_both_languages(organisation, language: str, word: str) -> None:
    _events(organisation, 1)
    organisation.client("expert").get("/processes/new/")
    page = organisation.client("auditor", language=language).get("/audit/").content.decode()
    assert word in page
    assert {"zh-hans": "拒绝：编辑流程", "en": "Refused: Edit processes"}[language] in page


def _recorded_actions() -> set[str]:
    """The literal first argument of every call of `record` in the pages' code."""
    found = set()
    for path in Path(anlan.web.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            named = isinstance(node, ast.Call) and getattr(node.func, "id", "") == "record"
            if named and node.args and isinstance(node.args[0], ast.Constant):
                found.add(node.args[0].value)
    return found


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_action_and_permission_has_a_word(language: str) -> None:
    words = messages(language)
    assert not {a for a in _recorded_actions() if f"web.audit.actions.{a}" not in words}
    assert not {p for p in PERMISSIONS if f"web.permissions.{p}" not in words}


@pytest.mark.parametrize("query", ["until=9999-12-31", "since=0001-01-01", "until=2026-13-01", "since=x"])
def test_a_day_that_no_time_zone_has_filters_nothing(organisation, query) -> None:
    assign_role(
        user=organisation.people["auditor"], role="administrator", unit=organisation.north, actor=None
    )
    client = organisation.client("auditor")
    _events(organisation, 1)
    assert client.get(f"/audit/?{query}").context["rows"]
    table = b"".join(client.get(f"/audit/export.csv?{query}").streaming_content)
    assert b"risks.risk.change" in table

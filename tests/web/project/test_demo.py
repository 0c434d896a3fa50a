"""The demo: a living organisation, made once, through the services people use."""

import re

import pytest

from anlan.web.catalog.models import Node
from anlan.web.catalog.standards.records import Standard, StandardEntry
from anlan.web.common.models import Attachment
from anlan.web.common.verification import verify
from anlan.web.people.models import User
from anlan.web.project.demo import prepare_demo
from anlan.web.risks.models import Assessment, Candidate, Comment, Risk, Workshop
from anlan.web.runs.models import Run


@pytest.mark.slow
@pytest.mark.django_db
def test_the_demo_is_complete_and_making_it_again_changes_nothing(tmp_path, monkeypatch, client) -> None:
    monkeypatch.setenv("ANLAN_HOME", str(tmp_path))
    accounts = prepare_demo()
    assert {a.role for a in accounts} == {
        "risk_manager", "executive", "administrator", "node_owner", "expert", "duty_officer", "auditor",
    }  # fmt: skip
    assert len({a.password for a in accounts}) == len(accounts)
    assert set(Run.objects.values_list("state", flat=True)) == {"done"}
    assert Run.objects.filter(about=Risk.objects.filter(source="library").earliest("id").code).count() == 3
    assert {"new", "accepted", "merged", "declined"} <= set(Candidate.objects.values_list("state", flat=True))
    assert set(Assessment.objects.values_list("state", flat=True)) == {"prepared", "reviewed", "approved"}
    by_hand = Risk.objects.filter(source="library")
    assert by_hand.count() == 10
    assert all(risk.level_current and risk.annual_loss is None for risk in by_hand)
    assert set(Standard.objects.values_list("kind", flat=True)) == {"standard", "promise"}
    assert all(standard.entries.count() > 40 for standard in Standard.objects.all())
    node = Node.objects.exclude(sop="").get(version__status="in_force")
    assert (node.owner.username, Attachment.objects.count()) == ("sun", 1)
    assert verify().broken_at is None
    before = (User.objects.count(), Risk.objects.count(), Candidate.objects.count())
    assert prepare_demo() == []
    assert (User.objects.count(), Risk.objects.count(), Candidate.objects.count()) == before
    who = accounts[0]
    assert client.post("/sign-in/", {"username": who.username, "password": who.password}).status_code == 302
    page = client.get("/").content.decode()
    assert "miniature" in page
    assert "容忍 1,600，5.0%" in page


@pytest.mark.slow
@pytest.mark.django_db
def test_in_english_nobody_of_the_demo_writes_chinese(tmp_path, monkeypatch) -> None:
    monkeypatch.setenv("ANLAN_HOME", str(tmp_path))
    prepare_demo(language="en")
    risk = Risk.objects.filter(source="library").earliest("id")
    entry = StandardEntry.objects.filter(kept=False, withdrawn_at=None).first()
    written = [
        *User.objects.values_list("name", flat=True),
        risk.cause, risk.event, risk.consequence, entry.cause, entry.remedy,
        *Assessment.objects.filter(risk=risk).values_list("rationale", flat=True),
        *Workshop.objects.values_list("title", flat=True),
        *Workshop.objects.values_list("purpose", flat=True),
        *Comment.objects.values_list("text", flat=True),
        *Candidate.objects.exclude(reason="").values_list("reason", flat=True),
        *Attachment.objects.values_list("name", flat=True), *Node.objects.values_list("sop", flat=True),
    ]  # fmt: skip
    assert [text for text in written if re.search("[一-鿿]", text)] == []

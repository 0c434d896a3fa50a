"""What units tolerate, and versions of their criteria put in force by another person."""

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile

from anlan.domain.errors import RefusedInput, UsageError
from anlan.web.common.levels import default_criteria
from anlan.web.common.models import AuditEvent
from anlan.web.risks.models import Appetite, Criteria, Risk
from anlan.web.risks.services import (
    Limits,
    assess_by_scores,
    create_risk,
    criteria_for,
    inherit_appetite,
    set_appetite,
)
from anlan.web.risks.services.criteria_versions import (
    content_of,
    draft_criteria,
    put_in_force,
    toml_of,
    warnings_of,
    withdraw_draft,
    would_change,
)


@pytest.fixture
def risk(organisation) -> Risk:
    manager = organisation.people["risk_manager"]
    made = create_risk(
        unit=organisation.hall, title="错派", category="process", source="report", actor=manager
    )
    assess_by_scores(made, stage="current", likelihood=4, severity=4, rationale="r", actor=manager)
    return made


def tolerate(organisation, unit, level: str, category: str = "", who: str = "risk_manager") -> int:
    return set_appetite(unit=unit, category=category, highest_level=level, annual_loss=None, reason="董事会",
                        actor=organisation.people[who])  # fmt: skip


def lenient(content: dict) -> dict:
    return content | {"cells": [[0] * 5 for _ in range(5)]}


def test_a_changed_appetite_is_applied_below_at_once_with_an_audit_of_each_risk(organisation, risk) -> None:
    assert risk.beyond_appetite
    assert tolerate(organisation, organisation.north, "high") == 1
    risk.refresh_from_db()
    assert not risk.beyond_appetite
    assert AuditEvent.objects.filter(action="risks.risk.appetite", object_id=str(risk.pk)).count() == 1
    assert tolerate(organisation, organisation.north, "high") == 0
    assert inherit_appetite(
        unit=organisation.north, category="", reason="重复", actor=organisation.people["risk_manager"]
    )
    risk.refresh_from_db()
    assert risk.beyond_appetite
    assert not Appetite.objects.exists()


def test_the_nearest_unit_counts_before_the_category(organisation, risk) -> None:
    tolerate(organisation, organisation.north, "high", "process")
    limit = Limits([organisation.hall]).of(organisation.hall, "process")
    assert (limit.highest_level, limit.entry.unit) == ("high", organisation.north)
    tolerate(organisation, organisation.hall, "low")
    assert Limits([organisation.hall]).of(organisation.hall, "process").highest_level == "low"
    assert Limits([organisation.north]).of(organisation.north, "people").entry is None


def test_a_yearly_loss_beyond_what_is_tolerated_counts_too(organisation, risk) -> None:
    Risk.objects.filter(pk=risk.pk).update(annual_loss=5e5, rank_current=0)
    facts = {"unit": organisation.north, "category": "process", "highest_level": "crisis", "reason": "r",
             "actor": organisation.people["risk_manager"]}  # fmt: skip
    set_appetite(annual_loss=4e5, **facts)
    assert Risk.objects.get().beyond_appetite
    set_appetite(annual_loss=5e5, **facts)
    assert not Risk.objects.get().beyond_appetite


def test_what_all_risks_together_may_cost_holds_below_until_a_unit_says_otherwise(organisation) -> None:
    facts = {"highest_level": "moderate", "annual_loss": None, "reason": "董事会",
             "actor": organisation.people["risk_manager"]}  # fmt: skip
    top, below = organisation.north, organisation.hall
    assert Limits([below]).total(below) is None
    set_appetite(unit=top, category="", total_loss=1e6, total_chance=0.05, **facts)
    found = Limits([below]).total(below)
    assert (found.loss, found.chance, found.entry.unit) == (1e6, 0.05, top)
    for wrong, code in (
        ({"category": "people", "total_loss": 1.0, "total_chance": 0.1}, "appetite.total_category"),
        ({"category": "", "total_loss": 1.0, "total_chance": None}, "appetite.total_half"),
        ({"category": "", "total_loss": 1.0, "total_chance": 1.0}, "appetite.chance"),
        ({"category": "", "total_loss": -1.0, "total_chance": 0.1}, "appetite.loss"),
    ):
        with pytest.raises(UsageError) as refused:
            set_appetite(unit=top, **wrong, **facts)
        assert refused.value.code == code
    client = organisation.client("risk_manager", language="en")
    given = {"unit": top.pk, "category": "", "highest_level": "moderate", "total_loss": "2000000",
             "total_percent": "2.5", "reason": "board"}  # fmt: skip
    page = client.post("/risks/appetite/", given, follow=True).content.decode()
    assert "at most in 2.5 % of years" in page
    assert "case h" in page


def test_who_sets_no_criteria_sets_no_appetite(organisation, risk) -> None:
    for who, unit in (("node_owner", organisation.hall), ("risk_manager", organisation.root)):
        with pytest.raises(PermissionDenied):
            tolerate(organisation, unit, "high", who=who)
    with pytest.raises(UsageError, match=r"appetite\.level"):
        tolerate(organisation, organisation.north, "terrible")


@pytest.mark.parametrize(("language", "words"), [("zh-hans", "沿用上级单位"), ("en", "As the unit above")])
def test_the_appetite_page_shows_and_sets(organisation, risk, language: str, words: str) -> None:
    client = organisation.client("risk_manager", language=language)
    assert words in client.get("/risks/appetite/?unit=NH").content.decode()
    given = {"unit": organisation.hall.pk, "category": "process", "highest_level": "high", "reason": "r"}
    assert client.post("/risks/appetite/", given)["Location"] == "/risks/appetite/?unit=NH"
    assert not Risk.objects.get().beyond_appetite
    assert client.get("/risks/appetite/?unit=S").status_code == 404
    assert organisation.client(organisation.outsider).post("/risks/appetite/", given).status_code == 404


def test_criteria_go_out_as_toml_and_come_back_the_same(organisation) -> None:
    content = default_criteria()
    assert content_of(toml_of(content).encode(), name="c.toml") == content


def test_a_draft_is_judged_by_the_code_of_the_criteria_file(organisation) -> None:
    content = default_criteria()
    manager = organisation.people["risk_manager"]
    wrong = content | {"severity": content["severity"] | {"bounds": [10, 2, 0.5, 0.1]}}
    with pytest.raises(RefusedInput, match=r"criteria\.faults"):
        draft_criteria(unit=organisation.north, content=wrong, name="x", actor=manager)
    assert not Criteria.objects.filter(unit=organisation.north).exists()


def test_another_person_puts_a_draft_in_force_and_assessments_keep_theirs(organisation, risk) -> None:
    manager, second = organisation.people["risk_manager"], organisation.people["administrator"]
    held = criteria_for(organisation.hall)
    draft = draft_criteria(unit=organisation.north, content=lenient(held.content), name="宽松", actor=manager)
    assert criteria_for(organisation.hall) == held
    assert [(m.risk, m.before, m.after) for m in would_change(draft)] == [(risk, "high", "low")]
    with pytest.raises(UsageError, match="same_person"):
        put_in_force(draft, actor=manager, reason="r")
    with pytest.raises(PermissionDenied):
        put_in_force(draft, actor=organisation.outsider, reason="r")
    put_in_force(draft, actor=second, reason="董事会")
    assert criteria_for(organisation.hall) == draft
    assert risk.assessments.get().criteria == held
    with pytest.raises(UsageError, match="not_a_draft"):
        withdraw_draft(Criteria.objects.get(pk=draft.pk), actor=manager)


def test_would_change_leaves_out_units_with_criteria_of_their_own(organisation, risk) -> None:
    manager, second = organisation.people["risk_manager"], organisation.people["administrator"]
    content = criteria_for(organisation.hall).content
    own = draft_criteria(unit=organisation.hall, content=content, name="厅", actor=manager)
    put_in_force(own, actor=second, reason="r")
    draft = draft_criteria(unit=organisation.north, content=lenient(content), name="x", actor=manager)
    assert would_change(draft) == []


def test_what_misleads_in_a_matrix_is_said(organisation) -> None:
    content = default_criteria()
    cells = [list(row) for row in content["cells"]]
    cells[4][4] = 0
    assert ("falls", {"cell": "5×4", "next": "5×5"}) in warnings_of(content | {"cells": cells})
    codes = {code for code, _ in warnings_of(lenient(content))}
    assert codes == {"unused", "coarse"}


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_editor_drafts_from_fields_and_from_a_file(organisation, risk, language: str) -> None:
    client = organisation.client("risk_manager", language=language)
    picture = client.post("/risks/criteria/picture/", {"unit": "N", "cell.4.4": "0"})
    assert picture.status_code == 200
    answer = client.post("/risks/criteria/edit/", {"unit": "N", "name": "2026", "cell.4.4": "0"})
    page = client.get(answer["Location"]).content.decode()
    assert risk.code in page
    draft = Criteria.objects.get(unit=organisation.north)
    assert draft.content["cells"][3][3] == 0
    toml = client.get(f"/risks/criteria/{draft.pk}/criteria.toml").content
    file = SimpleUploadedFile("criteria.toml", toml)
    client.post("/risks/criteria/edit/", {"unit": "N", "name": "again", "file": file})
    assert Criteria.objects.get(name="again").content["cells"] == draft.content["cells"]
    bad = client.post("/risks/criteria/edit/", {"unit": "N", "name": "x", "severity.bound.0": "viel"})
    assert bad.status_code == 422
    assert "viel" in bad.content.decode()
    assert organisation.client(organisation.outsider).get(answer["Location"]).status_code == 404


@pytest.mark.parametrize(("language", "unit"), [("zh-hans", "案例分钟"), ("en", "In case min,")])
def test_totals_the_page_filled_in_do_not_refuse_a_category(organisation, language: str, unit: str) -> None:
    client = organisation.client("risk_manager", language=language)
    given = {"unit": organisation.north.pk, "category": "", "highest_level": "high",
             "annual_loss": "960000000", "total_loss": "5000000", "total_percent": "5",
             "reason": "r"}  # fmt: skip
    assert client.post("/risks/appetite/", given).status_code == 302
    page = client.get("/risks/appetite/?unit=N").content.decode()
    assert 'value="960000000"' in page
    assert 'value="5000000"' in page
    assert unit in page
    filled_in = {"initial-total_loss": "5000000", "initial-total_percent": "5.0"}
    for name in filled_in:
        assert f'name="{name}"' in page
    other = {"unit": organisation.hall.pk, "category": "people"} | filled_in
    assert client.post("/risks/appetite/", given | other).status_code == 302
    assert Appetite.objects.get(category="people").total_loss is None
    changed = given | other | {"total_loss": "7"}
    assert client.post("/risks/appetite/", changed).status_code == 422

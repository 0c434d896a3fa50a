"""Programs keep people, criteria, own fields, views and workbooks as pages do."""

import io

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from anlan.web.common.levels import default_criteria
from anlan.web.common.models import AuditEvent
from anlan.web.people.models import User
from anlan.web.people.services import assign_role, create_user
from anlan.web.risks.models import Criteria, Risk
from anlan.web.risks.services import assess_by_scores, create_risk
from anlan.web.risks.services.criteria_versions import toml_of
from web.conftest import PASSWORD

JSON = {"content_type": "application/json"}


def test_a_person_made_by_a_program_signs_in_once_and_then_chooses_a_password(organisation) -> None:
    admin = organisation.program("administrator")
    facts = {"username": "new.hand", "name": "新人", "unit": "NH", "role": "expert", "email": "a@example.org"}
    made = admin.post("/api/v1/people", facts, **JSON).json()
    user = User.objects.get(username="new.hand")
    assert user.check_password(made["password"])
    assert user.must_change_password
    assert made["roles"] == [{"role": "expert", "unit": "NH"}]
    assert "password" not in admin.get("/api/v1/people/new.hand").json()
    again = admin.post("/api/v1/people", facts, **JSON)
    assert (again.status_code, list(again.json()["fields"])) == (422, ["username"])
    admin.delete("/api/v1/people/new.hand/roles/expert/NH")
    closed = admin.post("/api/v1/people/new.hand/close", {}, **JSON).json()
    assert (closed["active"], closed["roles"]) == (False, [])


@pytest.mark.parametrize(("change", "field"), [
    ({"time_zone": "Mars/Base"}, "time_zone"), ({"currency": "yuan"}, "currency"), ({"code": "n"}, "code"),
    ({"code": "a b"}, "code"), ({"parent": "nowhere"}, "unit"),
])  # fmt: skip
def test_a_unit_that_cannot_be_is_refused_by_its_field(organisation, change, field) -> None:
    given = {"code": "Z", "name": "新", "parent": "N"} | change
    answer = organisation.program("administrator").post("/api/v1/units", given, **JSON)
    assert (answer.status_code, list(answer.json()["fields"])) == (422, [field])


def test_a_new_unit_takes_what_its_parent_has(organisation) -> None:
    admin = organisation.program("administrator")
    made = admin.post("/api/v1/units", {"code": "Z", "name": "新", "parent": "N"}, **JSON).json()
    assert (made["parent"], made["time_zone"]) == ("N", organisation.north.time_zone)
    change = {"name": "更新", "time_zone": "Asia/Tokyo", "active": False}
    assert admin.put("/api/v1/units/Z", change, **JSON).json()["active"] is False
    refused = admin.put("/api/v1/units/N", change, **JSON)
    assert refused.status_code == 422


def test_criteria_are_drafted_by_one_and_put_in_force_by_another(organisation) -> None:
    risk = create_risk(unit=organisation.north, title="x", category="process", source="report",
                       actor=organisation.people["risk_manager"])  # fmt: skip
    assess_by_scores(risk, stage="current", likelihood=1, severity=1, rationale="x",
                     actor=organisation.people["node_owner"])  # fmt: skip
    content = default_criteria()
    top = len(content["levels"]) - 1
    harder = content | {"cells": [[top] * len(row) for row in content["cells"]]}
    manager, admin = organisation.program("risk_manager"), organisation.program("administrator")
    given = {"unit": "N", "name": "从严", "criteria": toml_of(harder)}
    made = manager.post("/api/v1/criteria-versions", given, **JSON).json()
    assert (made["state"], made["n_would_change"]) == ("draft", 1)
    assert made["would_change"][0]["risk"] == risk.code
    place = f"/api/v1/criteria-versions/{made['id']}"
    own = manager.post(f"{place}/in-force", {"reason": "从严"}, **JSON)
    assert (own.status_code, own.json()["code"]) == (409, "criteria.same_person")
    held = admin.post(f"{place}/in-force", {"reason": "从严"}, **JSON).json()
    assert (held["state"], held["approved_by"]["username"]) == ("in_force", "administrator")
    assert admin.delete(place).status_code == 409
    assert [v["state"] for v in manager.get("/api/v1/criteria-versions?unit=N").json()] == ["in_force"]
    assert manager.get(f"{place}/criteria.toml").content.decode() == toml_of(
        Criteria.objects.get(pk=made["id"]).content
    )
    broken = manager.post("/api/v1/criteria-versions", given | {"criteria": "cells = 1"}, **JSON)
    assert broken.status_code == 422


def test_a_draft_can_be_taken_away(organisation) -> None:
    manager = organisation.program("risk_manager")
    given = {"unit": "N", "name": "x", "criteria": toml_of(default_criteria())}
    made = manager.post("/api/v1/criteria-versions", given, **JSON).json()
    assert manager.delete(f"/api/v1/criteria-versions/{made['id']}").status_code == 204
    assert manager.get(f"/api/v1/criteria-versions/{made['id']}").status_code == 404


def test_an_own_field_is_changed_with_the_version_seen(organisation) -> None:
    manager = organisation.program("risk_manager")
    field = {"unit": "N", "key": "contract", "kind": "number", "label": "合同", "least": 0, "most": 9}
    manager.post("/api/v1/own-fields", field, **JSON)
    seen = manager.get("/api/v1/own-fields/contract")["ETag"]
    changed = manager.patch("/api/v1/own-fields/contract", {"most": 20}, headers={"If-Match": seen}, **JSON)
    assert (changed.json()["least"], changed.json()["most"], changed.json()["label"]) == (0, 20, "合同")
    late = manager.patch("/api/v1/own-fields/contract", {"most": 30}, headers={"If-Match": seen}, **JSON)
    assert late.status_code == 412
    wrong = manager.patch("/api/v1/own-fields/contract", {"least": 50}, headers={"If-Match": "*"}, **JSON)
    assert wrong.status_code == 422


def test_views_are_kept_shared_renamed_and_dropped(organisation) -> None:
    manager, owner = organisation.program("risk_manager"), organisation.program("node_owner")
    kept = manager.put(
        "/api/v1/register-views/late", {"query": "view=due", "shared": True, "first": True}, **JSON
    )
    assert kept.json() == {
        "name": "late",
        "query": "view=due",
        "shared": True,
        "first": True,
        "by": "risk_manager",
    }
    [seen] = owner.get("/api/v1/register-views").json()
    assert (seen["name"], seen["first"]) == ("late", False)
    assert owner.delete("/api/v1/register-views/late").status_code == 404
    manager.post("/api/v1/register-views/late/rename", {"name": "due"}, **JSON)
    assert [view["name"] for view in manager.get("/api/v1/register-views").json()] == ["due"]
    assert manager.delete("/api/v1/register-views/due").status_code == 204


def test_the_register_goes_out_and_comes_in_by_workbook(organisation) -> None:
    manager = organisation.people["risk_manager"]
    create_risk(unit=organisation.north, title="旧", category="process", source="report", actor=manager)
    program = organisation.program("risk_manager", language="zh")
    out = program.get("/api/v1/register.xlsx?category=process")
    assert AuditEvent.objects.filter(action="risks.register.export").count() == 1
    book = openpyxl.load_workbook(io.BytesIO(out.content))
    sheet = book.worksheets[0]
    place = next(c for row in sheet.iter_rows() for c in row if c.value == "旧")
    place.value = "新"
    changed = io.BytesIO()
    book.save(changed)
    file = SimpleUploadedFile("register.xlsx", changed.getvalue())
    checked = program.post("/api/v1/register-imports", {"file": file}).json()
    assert checked["counts"] == {"create": 0, "update": 1, "skip": 0, "error": 0}
    assert checked["lines"]["update"][0]["changes"] == [["title", "旧", "新"]]
    assert Risk.objects.get().title == "旧"
    program.post(f"/api/v1/register-imports/{checked['id']}/start", {}, **JSON)
    done = program.get(f"/api/v1/register-imports/{checked['id']}").json()
    assert done["state"] in ("queued", "done")
    assert Risk.objects.get().title == ("新" if done["state"] == "done" else "旧")
    bad = program.post("/api/v1/register-imports", {"file": SimpleUploadedFile("x.csv", b"a")})
    assert (bad.status_code, bad.json()["code"]) == (422, "sheet.ending")


def test_reports_come_in_the_language_and_form_asked_for(organisation) -> None:
    manager = organisation.people["risk_manager"]
    risk = create_risk(
        unit=organisation.north, title="旧", category="process", source="report", actor=manager
    )
    program = organisation.program("risk_manager")
    kinds = {kind["code"]: kind for kind in program.get("/api/v1/reports").json()}
    assert kinds["assessment"]["asks"] == ["risk", "number"]
    page = program.get(f"/api/v1/reports/risk/html?risk={risk.code}")
    assert "Evidence" in page.content.decode()
    assert program.get(f"/api/v1/reports/risk/pdf?risk={risk.code}").content.startswith(b"%PDF")
    assert program.get("/api/v1/reports/monthly/xlsx?unit=N")["Content-Type"].endswith("sheet")
    assert program.get("/api/v1/reports/monthly/xlsx?unit=N&month=x").json()["code"] == "report.month"
    for address in ("nothing/pdf", "register/doc", "risk/pdf?risk=R-9999"):
        assert program.get(f"/api/v1/reports/{address}").status_code == 404
    assert AuditEvent.objects.filter(action="risks.report.export").count() == 3
    second = create_user(username="second", name="二", password=PASSWORD, unit=organisation.north, actor=None)
    assign_role(user=second, role="duty_officer", unit=organisation.north, actor=None)
    assert organisation.program(second).get(f"/api/v1/reports/risk/pdf?risk={risk.code}").status_code == 403


def test_a_check_of_the_audit_can_be_asked_for(organisation) -> None:
    auditor = organisation.program("auditor")
    asked = auditor.post("/api/v1/audit/checks", {}, **JSON)
    assert (asked.status_code, asked.json()["events"] > 0) == (202, True)
    assert isinstance(auditor.get("/api/v1/audit/checks").json(), list)


def test_roles_are_made_at_the_top_and_units_moved(organisation) -> None:
    top = create_user(username="top", name="总", password=PASSWORD, unit=organisation.root, actor=None)
    for role in ("administrator", "risk_manager"):
        assign_role(user=top, role=role, unit=organisation.root, actor=None)
    program = organisation.program(top)
    role = {"name": "看板", "name_en": "Viewer", "permissions": ["risks.view"]}
    made = program.post("/api/v1/roles", role, **JSON).json()
    changed = program.put(
        f"/api/v1/roles/{made['code']}", role | {"permissions": ["risks.view", "runs.view"]}, **JSON
    )
    assert changed.json()["permissions"] == ["risks.view", "runs.view"]
    assert program.post(f"/api/v1/roles/{made['code']}/retire", {}, **JSON).json()["retired"] is True
    assert program.put("/api/v1/roles/expert", role, **JSON).status_code == 422
    moved = program.post("/api/v1/units/NH/move", {"parent": "S"}, **JSON)
    assert (moved.status_code, moved.json()["parent"]) == (200, "S")

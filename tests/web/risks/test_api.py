"""The register for programs: what each may read and do, with the same rules as on the pages."""

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext

from anlan.web.common.models import KeptAnswer
from anlan.web.risks import services
from anlan.web.risks.models import Risk
from anlan.web.risks.services import create_risk, report_candidate

NEW = {
    "unit": "NH", "title": "排队过长", "title_en": "Long queues", "category": "service_quality",
    "cause": "窗口不足", "tags": ["hall", "hall"], "owner": "node_owner", "review_cycle_days": 30,
}  # fmt: skip
SCORES = {"likelihood": 4, "severity": 3, "rationale": "two years of complaints"}


@pytest.fixture(autouse=True)
def fresh_minute() -> None:
    cache.clear()


def posted(program, address: str, content: dict | None = None):
    return program.post(f"/api/v1/{address}", content or {}, content_type="application/json")


@pytest.fixture
def risk(organisation) -> Risk:
    return create_risk(
        unit=organisation.hall, title="停电", title_en="Outage", category="technology", source="report",
        nodes=["缴费"], actor=organisation.people["risk_manager"],
    )  # fmt: skip


@pytest.fixture
def candidate(organisation):
    return report_candidate(unit=organisation.hall, title="夜间离线", statement="缴费机夜间离线",
                            category="technology", actor=organisation.people["expert"])  # fmt: skip


def test_a_risk_from_registration_to_approval(organisation) -> None:
    manager = organisation.program("risk_manager")
    made = posted(manager, "risks", NEW)
    assert made.status_code == 201
    risk = made.json()
    assert manager.get(made["Location"]).json() == risk
    assert (risk["unit"]["code"], risk["owner"]["username"], risk["tags"]) == ("NH", "node_owner", ["hall"])
    assert (risk["level_current"], risk["phase"]) == ("", "identified")
    place = f"risks/{risk['code']}"
    assessed = posted(organisation.program("expert"), f"{place}/assessments", SCORES)
    assert (assessed.status_code, assessed.json()["state"]) == (201, "prepared")
    level = assessed.json()["level"]
    number = f"{place}/assessments/{assessed.json()['number']}"
    early = posted(organisation.program("executive"), f"{number}/approve")
    assert (early.status_code, early.json()["code"]) == (409, "web.assessment_state")
    assert posted(manager, f"{number}/review").json()["reviewed_by"]["username"] == "risk_manager"
    same = posted(manager, f"{number}/approve")
    assert (same.status_code, same.json()["code"]) == (409, "web.same_person")
    assert posted(organisation.program("executive"), f"{number}/approve").json()["state"] == "approved"
    shown = manager.get(f"/api/v1/{place}").json()
    assert (shown["level_current"], shown["provisional"], shown["phase"]) == (level, False, "analysed")
    assert [a["number"] for a in manager.get(f"/api/v1/{place}/assessments").json()["items"]] == [1]


def test_the_register_is_filtered_as_on_the_page(organisation, risk) -> None:
    manager = organisation.program("risk_manager")
    other = posted(manager, "risks", NEW).json()["code"]
    posted(manager, f"risks/{other}/assessments", SCORES)

    def codes(query: str) -> set[str]:
        answer = manager.get(f"/api/v1/risks?{query}")
        assert answer.status_code == 200, answer.content
        return {entry["code"] for entry in answer.json()["items"]}

    assert codes("") == {risk.code, other}
    assert codes("q=outage") == codes("node=缴费") == codes("category=technology") == {risk.code}
    assert codes("cell=4-3") == codes("phase=analysed") == codes("view=provisional") == {other}
    assert codes("view=closed") == codes("process=P-001") == codes("cell=1-1") == set()
    counts = manager.get("/api/v1/risk-counts").json()
    assert (counts["all"], counts["provisional"]) == (2, 1)
    matrix = manager.get("/api/v1/matrix").json()
    assert (matrix["assessed"], len(matrix["cells"])) == (1, 25)
    filled = [cell for cell in matrix["cells"] if cell["count"]]
    assert [(cell["likelihood"], cell["severity"]) for cell in filled] == [(4, 3)]
    assert filled[0]["level"] == manager.get(f"/api/v1/risks/{other}").json()["level_current"]
    for wrong in ("view=mine2", "category=weather", "cell=4", "order=colour", "phase=x", "page=x"):
        assert manager.get(f"/api/v1/risks?{wrong}").status_code == 422


def test_the_list_asks_the_same_of_the_database_for_more_risks(organisation, risk) -> None:
    manager = organisation.program("risk_manager")

    def queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as asked:
            manager.get("/api/v1/risks")
        return len(asked)

    queries()
    few = queries()
    for _ in range(5):
        posted(manager, "risks", NEW)
    assert queries() == few


def test_a_level_is_never_given(organisation, risk) -> None:
    manager = organisation.program("risk_manager")
    assert posted(manager, "risks", NEW | {"level_current": "low"}).status_code == 422
    answer = manager.patch(
        f"/api/v1/risks/{risk.code}", {"level_current": "low"}, content_type="application/json",
        headers={"If-Match": "*"},
    )  # fmt: skip
    assert "level_current" in answer.json()["fields"]


def test_fields_left_out_stay_as_they_are(organisation, risk) -> None:
    manager = organisation.program("risk_manager")
    change = {"owner": "node_owner", "next_review_on": None, "reason": "new owner"}
    answer = manager.patch(
        f"/api/v1/risks/{risk.code}", change, content_type="application/json", headers={"If-Match": '"1"'}
    )
    assert answer.status_code == 200
    shown = answer.json()
    assert (shown["title"], shown["category"], shown["nodes"]) == ("停电", "technology", ["缴费"])
    assert (shown["owner"]["username"], shown["next_review_on"]) == ("node_owner", None)


def test_remarks_reviews_and_watching(organisation, risk) -> None:
    manager, place = organisation.program("risk_manager"), f"risks/{risk.code}"
    said = posted(manager, f"{place}/comments", {"text": "@node_owner @outsider please look"})
    assert (said.status_code, said.json()["mentions"]) == (201, ["node_owner"])
    assert manager.get(f"/api/v1/{place}/comments").json()["items"] == [said.json()]
    assert posted(manager, f"{place}/still-valid", {"reason": " "}).status_code == 422
    confirmed = posted(manager, f"{place}/still-valid", {"reason": "unchanged"})
    assert confirmed.status_code == 201
    assert manager.get(f"/api/v1/{place}/reviews").json()["items"] == [confirmed.json()]
    assert [manager.put(f"/api/v1/{place}/watch").status_code for _ in range(2)] == [204, 204]
    assert risk.watches.count() == 1
    assert manager.delete(f"/api/v1/{place}/watch").status_code == 204
    assert risk.watches.count() == 0


def test_candidates_are_accepted_merged_or_declined_once(organisation, candidate, risk) -> None:
    manager = organisation.program("risk_manager")
    shown = manager.get(f"/api/v1/candidates/{candidate.code}").json()
    assert (shown["state"], shown["similar"]) == ("new", [risk.code])
    accepted = posted(manager, f"candidates/{candidate.code}/accept", {"owner": "node_owner"})
    assert accepted.status_code == 201
    assert accepted.json()["owner"]["username"] == "node_owner"
    assert manager.get(accepted["Location"]).json()["code"] == accepted.json()["code"]
    again = posted(manager, f"candidates/{candidate.code}/accept")
    assert (again.status_code, again.json()["code"]) == (409, "web.candidate_decided")
    report = {"unit": "NH", "title": "x", "statement": "y", "category": "process"}
    second = posted(organisation.program("duty_officer"), "candidates", report).json()["code"]
    unknown = posted(manager, f"candidates/{second}/merge", {"into": "R-9999"})
    assert "R-9999" in unknown.json()["fields"]["into"]
    merged = posted(manager, f"candidates/{second}/merge", {"into": risk.code, "reason": "same"})
    assert (merged.status_code, merged.json()["code"]) == (200, risk.code)
    third = posted(organisation.program("expert"), "candidates", report).json()["code"]
    assert posted(manager, f"candidates/{third}/decline").status_code == 422
    declined = posted(manager, f"candidates/{third}/decline", {"reason": "not ours"})
    assert (declined.json()["state"], declined.json()["reason"]) == ("declined", "not ours")
    assert manager.get("/api/v1/candidates").json()["count"] == 0
    assert manager.get("/api/v1/candidates?state=merged").json()["items"][0]["risk"] == risk.code


def test_criteria_of_a_unit(organisation) -> None:
    manager = organisation.program("risk_manager")
    shown = manager.get("/api/v1/criteria?unit=NH").json()
    assert (shown["unit"]["code"], shown["number"], len(shown["content"]["cells"])) == ("ROOT", 1, 5)
    assert manager.get("/api/v1/criteria?unit=S").status_code == 422


def test_a_session_from_invitation_to_assessments(organisation, risk) -> None:
    manager = organisation.program("risk_manager")
    session = {
        "unit": "NH", "title": "缴费", "risks": [risk.code], "most_rounds": 2,
        "experts": [{"name": name, "field": "meter"} for name in ("甲", "乙", "丙")],
    }  # fmt: skip
    few = posted(manager, "workshops", session | {"experts": session["experts"][:1]})
    assert (few.status_code, few.json()["code"]) == (422, "workshop.few_experts")
    assert "R-9999" in posted(manager, "workshops", session | {"risks": ["R-9999"]}).json()["fields"]["risks"]
    made = manager.post(
        "/api/v1/workshops", session, content_type="application/json", headers={"Idempotency-Key": "w1"}
    )
    assert (made.status_code, made["Shown-Once"]) == (201, "true")
    links, place = made.json()["links"], f"workshops/{made.json()['code']}"
    assert links.keys() == {"E1", "E2", "E3"}
    assert not KeptAnswer.objects.exists()
    assert manager.get(f"/api/v1/{place}").json()["links"] == {}
    assert posted(manager, f"{place}/open").json()["state"] == "open"
    early = posted(manager, f"{place}/close")
    assert (early.status_code, early.json()["code"]) == (409, "workshop.few_answers")
    renewed = posted(manager, f"{place}/experts/E1/link").json()["link"]
    assert renewed != links["E1"]
    for score, link in zip((2, 3, 4), (renewed, links["E2"], links["E3"]), strict=True):
        invitation = services.invitation_of(link.rstrip("/").rsplit("/", 1)[1])
        services.answer(invitation, invitation.workshop.items.get(), likelihood=score, severity=3)
    closed = posted(manager, f"{place}/close").json()
    assert (closed["state"], closed["outcome_round"]) == ("between", 1)
    assert closed["outcome"][0]["likelihood"] == {"n": 3, "median": 3.0, "q1": 2.5, "q3": 3.5}
    assert [expert["answered"] for expert in closed["experts"]] == [1, 1, 1]
    assert posted(manager, f"{place}/adopt").json()["state"] == "closed"
    assessed = manager.get(f"/api/v1/risks/{risk.code}/assessments").json()["items"][0]
    assert (assessed["technique"], assessed["likelihood"], assessed["state"]) == ("delphi", 3, "prepared")
    again = posted(manager, f"{place}/open")
    assert (again.status_code, again.json()["code"]) == (409, "workshop.state")

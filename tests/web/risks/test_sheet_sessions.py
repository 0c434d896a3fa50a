"""Sessions in which invited experts answer a sheet: what counts, what it comes to, what is kept of it."""

import json
from typing import Any

import pytest
from django.utils import timezone, translation

from anlan.domain.errors import UsageError
from anlan.formats.printing import visible_texts
from anlan.loop.quantify.methods.faults import RefusedInputs
from anlan.studies.methods.assessing import assess_by_spec
from anlan.web.common.models import AuditEvent
from anlan.web.risks.models import ExpertAnswer, Workshop
from anlan.web.risks.reports.catalogue import KINDS, make_report
from anlan.web.risks.services import (
    Expert,
    adopt_sheet,
    answer,
    close_round,
    create_risk,
    create_workshop,
    document_of,
    open_round,
)
from anlan.web.risks.services.session_answers import sheet_answers
from anlan.web.risks.services.sheets import factors_from
from anlan.web.runs.execution import execute
from anlan.web.runs.models import Run
from anlan.web.runs.results import result_of
from web.risks.sheet_sessions import EXPERTS, FIRST, GRADES, PAIRS, give, new_session


@pytest.fixture
def session(organisation) -> tuple[Workshop, dict[str, str]]:
    workshop, tokens = new_session(organisation)
    return open_round(workshop, actor=organisation.people["risk_manager"]), tokens


def computed(run: Run) -> dict[str, Any]:
    run.refresh_from_db()
    if not run.finished:
        execute(run.pk, attempts=run.attempts)
        run.refresh_from_db()
    assert run.state == "done"
    return result_of(run)


def numbers(result: dict[str, Any]) -> Any:
    return [result[name] for name in ("level", "quantities", "tables", "warnings")]


def test_the_run_says_what_the_method_says_of_the_same_answers(organisation, session) -> None:
    manager, (workshop, _) = organisation.people["risk_manager"], session
    give(workshop)
    run = adopt_sheet(close_round(workshop, actor=manager), actor=manager)
    pairs = ("降低风险", "年费用"), ("降低风险", "见效时间"), ("年费用", "见效时间")
    by_hand = {"method": "ahp", "inputs": {"group": "aij", "comparisons": [
        {"of": "选定处置方案", "items": ["降低风险", "年费用", "见效时间"], "expert": expert,
         "pairs": [{"row": row, "column": column, "value": value}
                   for (row, column), value in zip(pairs, values, strict=True)]}
        for expert, values in FIRST.items()
    ]}}  # fmt: skip
    assert numbers(computed(run)) == json.loads(json.dumps(numbers(assess_by_spec(by_hand))))
    workshop.refresh_from_db()
    assert (workshop.state, workshop.run, run.study) == ("closed", run, "method.ahp")
    assert run.parameters["spec"]["title"].startswith(workshop.code)
    page = organisation.client("risk_manager", language="en").get(f"/runs/{run.code}/").content.decode()
    assert f"{workshop.code} {workshop.title}</a>" in page


def test_grades_become_a_fuzzy_evaluation_about_the_risk(organisation) -> None:
    manager = organisation.people["risk_manager"]
    risk = create_risk(unit=organisation.north, title="错分", category="process", source="report",
                       actor=manager)  # fmt: skip
    workshop, _ = new_session(organisation, kind="fuzzy_sheet", content=GRADES, about=risk)
    workshop = open_round(workshop, actor=manager)
    chosen = {"E1": "高中", "E2": "高高", "E3": "中低"}
    for invitation in workshop.invitations.all():
        for item, grade in zip(workshop.items.all(), chosen[invitation.pseudonym], strict=True):
            answer(invitation, item, given={"grade": grade})
    run = adopt_sheet(close_round(workshop, actor=manager), actor=manager)
    by_hand = {"method": "fuzzy_evaluation", "inputs": {
        "grades": ["低", "中", "高"], "grade_scores": [1, 2, 3],
        "factors": [{"factor": "人员", "weight": 0.6, "memberships": [0, 1 / 3, 2 / 3]},
                    {"factor": "设备", "weight": 0.4, "memberships": [1 / 3, 1 / 3, 1 / 3]}],
    }}  # fmt: skip
    result = computed(run)
    assert numbers(result) == json.loads(json.dumps(numbers(assess_by_spec(by_hand))))
    vectors = next(table for table in result["tables"] if table["name"] == "grade_vectors")
    assert len(vectors["rows"]) == 8
    assert run.about == risk.code
    page = organisation.client("risk_manager", language="en").get(f"/runs/{run.code}/").content.decode()
    assert f"/risks/{risk.code}/estimate/run/?run={run.code}" in page
    trace = organisation.client("risk_manager").get(f"/risks/{risk.code}/trace/").content.decode()
    assert workshop.code in trace


def test_an_answer_stands_in_later_rounds_until_it_is_changed_or_left_out(organisation, session) -> None:
    manager, (workshop, _) = organisation.people["risk_manager"], session
    give(workshop)
    workshop = open_round(close_round(workshop, actor=manager), actor=manager)
    give(workshop, {"E1": (9, 5, None)})
    said = sheet_answers(workshop, 2)
    assert [each["value"] for each in said["E1"].values()] == [9, 5]
    assert [each["value"] for each in said["E2"].values()] == [2, 4, 3]
    assert [each["value"] for each in sheet_answers(workshop, 1)["E1"].values()] == [3, 5, 2]
    kept = document_of(close_round(workshop, actor=manager), 2)["inputs"]["comparisons"]
    assert [len(row["pairs"]) for row in kept] == [2, 3, 3]


def test_a_round_needs_three_experts_whose_answers_count(organisation, session) -> None:
    manager, (workshop, _) = organisation.people["risk_manager"], session
    give(workshop, FIRST | {"E3": (3, None, None)})
    with pytest.raises(UsageError, match=r"workshop\.few_counted.*n=2"):
        close_round(workshop, actor=manager)
    with pytest.raises(UsageError, match=r"workshop\.few_counted"):
        close_round(workshop, actor=manager, reason="  ")
    give(workshop, {"E3": (3, 2, None)})
    assert close_round(workshop, actor=manager).state == "between"
    invitation, item = workshop.invitations.first(), workshop.items.first()
    with pytest.raises(UsageError, match="not_open"):
        answer(invitation, item, given={"value": 3})


def test_the_same_answer_again_changes_nothing_and_leaves_no_second_trace(organisation, session) -> None:
    workshop, _ = session
    give(workshop, {"E1": (3, 5, 2)})
    n = AuditEvent.objects.filter(action="risks.workshop.answer").count()
    give(workshop, {"E1": (3, 5, 2)})
    assert AuditEvent.objects.filter(action="risks.workshop.answer").count() == n == 3
    assert ExpertAnswer.objects.count() == 3


def test_what_a_sheet_holds_and_how_many_may_answer_is_checked(organisation) -> None:
    with pytest.raises(RefusedInputs):
        new_session(organisation, content={"goal": "x", "items": [{"name": "a"}]})
    with pytest.raises(UsageError, match="few_experts"):
        create_workshop(unit=organisation.north, title="x", purpose="", experts=EXPERTS[:2], kind="ahp_pairs",
                        content=PAIRS, actor=organisation.people["risk_manager"])  # fmt: skip
    many = [Expert(f"e{k}") for k in range(51)]
    with pytest.raises(UsageError, match="many_experts"):
        create_workshop(unit=organisation.north, title="x", purpose="", experts=many, kind="ahp_pairs",
                        content=PAIRS, actor=organisation.people["risk_manager"])  # fmt: skip
    assert not Workshop.objects.exists()


def test_the_printed_record_holds_every_answer(organisation, session) -> None:
    manager, (workshop, _) = organisation.people["risk_manager"], session
    give(workshop, FIRST | {"E3": (1 / 2, 3, None)})
    run = adopt_sheet(close_round(workshop, actor=manager), actor=manager)
    kind = next(kind for kind in KINDS if kind.code == "record")
    with translation.override("en"):
        document = make_report(manager, kind, {"record": workshop.code}, today=timezone.localdate())
    said = "\n".join(visible_texts(document))
    assert "选定处置方案 · 降低风险 : 年费用" in said
    assert "1/2" in said
    assert run.code in said
    assert "何晓" not in said


def test_weights_of_an_ahp_are_the_weights_of_the_indicators(organisation, session) -> None:
    manager, (workshop, _) = organisation.people["risk_manager"], session
    give(workshop)
    run = adopt_sheet(close_round(workshop, actor=manager), actor=manager)
    local = next(t for t in computed(run)["tables"] if t["name"] == "local_weights")
    rows = factors_from(run)
    assert [row["name"] for row in rows] == [row["name"] for row in PAIRS["items"]]
    assert [row["weight"] for row in rows] == [row[2] for row in local["rows"]]
    form = {"unit": organisation.north.pk, "title": "评等", "days": 7, "most_rounds": 2,
            "experts": "甲\n乙\n丙", "weights_from": run.code, "grades": "低、中、高",
            "operator": "product_sum", "principle": "largest"}  # fmt: skip
    sent = organisation.client("risk_manager").post("/risks/workshops/new/?kind=fuzzy_sheet", form)
    assert sent.status_code == 302, sent.context["form"].errors
    made = Workshop.objects.get(kind="fuzzy_sheet")
    assert sum(row["weight"] for row in made.content["factors"]) == pytest.approx(1)
    assert made.content["grade_scores"] == [1, 2, 3]


def test_a_program_prepares_follows_and_concludes_a_sheet(organisation) -> None:
    program, kind = organisation.program("risk_manager"), {"content_type": "application/json"}
    given = {"unit": "N", "title": "x", "kind": "ahp_pairs", "sheet": PAIRS,
             "experts": [{"name": n} for n in "abc"]}  # fmt: skip
    made = program.post("/api/v1/workshops", given, **kind).json()
    assert made["questions"][0]["names"] == ["降低风险", "年费用"]
    place = f"/api/v1/workshops/{made['code']}"
    program.post(f"{place}/open", {}, **kind)
    assert program.post(f"{place}/close", {}, **kind).status_code == 409
    give(Workshop.objects.get())
    assert program.get(f"{place}/answers").json() == {"round": 0, "answers": {}}
    assert program.get(f"{place}/answers?round=1").status_code == 422
    closed = program.post(f"{place}/close", {}, **kind).json()
    assert {table["name"] for table in closed["sheet_outcome"]["tables"]} == {
        "criteria_weights", "group_weights", "consistency",
    }  # fmt: skip
    assert program.get(f"{place}/answers").json()["answers"]["E3"]["1"] == {"value": 0.5}
    assert program.post(f"{place}/experts/E1/revoke", {}, **kind).status_code == 204
    done = program.post(f"{place}/adopt", {}, **kind).json()
    assert (done["state"], done["run"]) == ("closed", Run.objects.get().code)
    wrong = program.post("/api/v1/workshops", given | {"sheet": {"goal": 1, "items": "x"}}, **kind)
    assert wrong.status_code == 422
    assert "items" in wrong.json()["message"]


@pytest.mark.parametrize("n", [1, 2])
def test_a_sheet_closes_with_fewer_for_a_reason_and_tells_nobody_what_they_said(
    organisation, session, n: int
) -> None:
    manager, (workshop, _) = organisation.people["risk_manager"], session
    give(workshop, dict(list(FIRST.items())[:n]))
    client = organisation.client("risk_manager")
    client.post(f"/risks/workshops/{workshop.code}/move/", {"step": "close", "reason": "只有他们懂这台设备"})
    workshop.refresh_from_db()
    assert workshop.state == "between"
    event = AuditEvent.objects.filter(action="risks.workshop.between").get()
    assert "只有他们懂这台设备" in json.dumps(event.payload, ensure_ascii=False)
    with pytest.raises(UsageError, match=rf"workshop\.few_to_tell.*n={n}"):
        open_round(workshop, actor=manager)
    run = adopt_sheet(workshop, actor=manager)
    assert len(run.parameters["spec"]["inputs"]["comparisons"]) == n


def test_a_round_nobody_answered_stays_open_whatever_the_reason(organisation, session) -> None:
    manager, (workshop, _) = organisation.people["risk_manager"], session
    with pytest.raises(UsageError, match=r"workshop\.few_counted.*n=0"):
        close_round(workshop, actor=manager, reason="x")

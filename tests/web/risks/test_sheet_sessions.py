"""Sessions in which invited experts answer a sheet: by link, pair by pair, until a run of the method."""

import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
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
    revoke_link,
)
from anlan.web.risks.services.session_answers import sheet_answers
from anlan.web.risks.services.sheets import factors_from
from anlan.web.runs.execution import execute
from anlan.web.runs.models import Run
from anlan.web.runs.results import result_of

EXPERTS = [Expert("何晓", "客服"), Expert("赵启航", "调度"), Expert("吴桐", "信息")]
PAIRS = {"goal": "选定处置方案", "items": [{"name": n} for n in ("降低风险", "年费用", "见效时间")]}
GRADES = {"factors": [{"name": "人员", "weight": 0.6}, {"name": "设备", "weight": 0.4}],
          "grades": ["低", "中", "高"], "grade_scores": [1, 2, 3]}  # fmt: skip
FIRST = {"E1": (3, 5, 2), "E2": (2, 4, 3), "E3": (1 / 2, 3, 5)}


def new_session(organisation, *, kind="ahp_pairs", content=None, about=None, **more):
    return create_workshop(
        unit=organisation.north, title="分拣", purpose="", experts=EXPERTS, kind=kind, about=about,
        content=content or PAIRS, actor=organisation.people["risk_manager"], **more,
    )  # fmt: skip


@pytest.fixture
def session(organisation) -> tuple[Workshop, dict[str, str]]:
    workshop, tokens = new_session(organisation)
    return open_round(workshop, actor=organisation.people["risk_manager"]), tokens


def give(workshop: Workshop, rows=FIRST) -> None:
    """`rows`: pseudonym -> value of each pair; None leaves it out."""
    for invitation in workshop.invitations.filter(pseudonym__in=rows):
        for item, value in zip(workshop.items.all(), rows[invitation.pseudonym], strict=True):
            answer(invitation, item, given={"value": value})


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


@pytest.mark.parametrize("language", ["zh", "en"])
def test_an_expert_compares_by_link_and_sees_consistency_at_once(organisation, session, language) -> None:
    _, tokens = session
    visitor = Client(headers={"accept-language": language})
    place = f"/risks/answer/{tokens['E1']}/"
    first = visitor.get(place).content.decode()
    assert "降低风险" in first
    assert first.count('type="radio"') == 18
    live = {"headers": {"HX-Request": "true"}}
    visitor.post(f"{place}?q=1", {"value": "3"}, **live)
    visitor.post(f"{place}?q=2", {"value": "-9"}, **live)
    state = visitor.post(f"{place}?q=3", {"value": "3"}, **live).content.decode()
    assert "<html" not in state
    assert "CR" in state
    assert {"zh": "判断前后有矛盾", "en": "contradict each other"}[language] in state
    assert "?q=" in state
    mended = visitor.post(f"{place}?q=2", {"value": "9"}, **live).content.decode()
    assert {"zh": "判断前后有矛盾", "en": "contradict each other"}[language] not in mended
    end = visitor.get(f"{place}?q=end").content.decode()
    assert {"zh": "全部答完", "en": "All answered"}[language] in end
    gone = visitor.post(f"{place}?q=3", {"value": "none", "go": "next"})
    assert gone["Location"].endswith("?q=end")
    assert ExpertAnswer.objects.get(item__position=2).estimate == {}
    assert visitor.post(f"{place}?q=1", {"value": "12"}).status_code == 422
    passed = visitor.post(f"{place}?q=1", {"go": "next"})
    assert passed["Location"].endswith("?q=2")
    assert ExpertAnswer.objects.filter(item__position=0).get().estimate == {"value": 3.0}


def test_the_next_round_tells_what_all_said_without_names(organisation, session) -> None:
    manager, (workshop, tokens) = organisation.people["risk_manager"], session
    give(workshop)
    answer(workshop.invitations.get(pseudonym="E2"), workshop.items.first(), given={"value": 2},
           reason="去年两次")  # fmt: skip
    open_round(close_round(workshop, actor=manager), actor=manager)
    page = Client(headers={"accept-language": "en"}).get(f"/risks/answer/{tokens['E1']}/").content.decode()
    assert "Geometric mean of 3 experts" in page
    assert "“降低风险” matters 1.44 times as much" in page
    assert "去年两次" in page
    assert "赵启航" not in page
    assert "(E2)" not in page


def test_links_end_when_taken_back_and_answers_stand(organisation, session) -> None:
    manager, (workshop, tokens) = organisation.people["risk_manager"], session
    give(workshop, {"E1": FIRST["E1"]})
    page = f"/risks/workshops/{workshop.code}/"
    invitation = workshop.invitations.get(pseudonym="E1")
    client = organisation.client("risk_manager")
    assert client.post(f"{page}move/", {"step": f"revoke-{invitation.pk}"}).status_code == 302
    assert Client().get(f"/risks/answer/{tokens['E1']}/").status_code == 404
    assert len(sheet_answers(workshop, 1)["E1"]) == 3
    assert AuditEvent.objects.filter(action="risks.workshop.revoke_link", actor=manager).count() == 1
    auditor = organisation.client("auditor")
    other = workshop.invitations.get(pseudonym="E2")
    auditor.post(f"{page}move/", {"step": f"revoke-{other.pk}"})
    other.refresh_from_db()
    assert not other.revoked
    revoke_link(other, actor=manager)
    assert Client().get(f"/risks/answer/{tokens['E2']}/").status_code == 404


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_leader_sees_counts_while_it_is_open_and_weights_after(organisation, session, language) -> None:
    manager, (workshop, _) = organisation.people["risk_manager"], session
    client, page = (
        organisation.client("risk_manager", language=language),
        f"/risks/workshops/{workshop.code}/",
    )
    give(workshop)
    shown = client.get(page).content.decode()
    assert "3 / 3" in shown
    assert "0.5" not in shown
    close_round(workshop, actor=manager)
    shown = client.get(page).content.decode()
    for name in ("aij", "aip"):
        assert name.upper() in shown
    assert "W" in shown
    record = client.get(f"{page}record/").content.decode()
    assert "1/2" in record
    assert "何晓" not in record
    assert "何晓" not in organisation.client("auditor").get(page).content.decode()


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


@pytest.mark.parametrize("kind", ["ahp_pairs", "fuzzy_sheet"])
def test_more_questions_and_experts_ask_the_database_no_more_often(organisation, kind) -> None:
    manager, client = organisation.people["risk_manager"], organisation.client("risk_manager")

    def queries(n_items: int, n_experts: int) -> list[int]:
        names = [f"项{k}" for k in range(n_items)]
        factors = [{"name": name, "weight": 1 / n_items} for name in names]
        content = {"goal": "g", "items": [{"name": name} for name in names]}
        content = content if kind == "ahp_pairs" else {"factors": factors, "grades": ["低", "高"]}
        workshop, tokens = create_workshop(
            unit=organisation.north, title="x", purpose="", kind=kind, content=content, actor=manager,
            experts=[Expert(str(k)) for k in range(n_experts)],
        )  # fmt: skip
        workshop = open_round(workshop, actor=manager)
        given = {"value": 3} if kind == "ahp_pairs" else {"grade": "高"}
        for invitation in workshop.invitations.all():
            for item in workshop.items.all():
                answer(invitation, item, given=given)
        open_round(close_round(workshop, actor=manager), actor=manager)
        page = f"/risks/workshops/{workshop.code}/"
        token = tokens["E1"]
        asked = [(client, page), (client, f"{page}record/"), (Client(), f"/risks/answer/{token}/"),
                 (Client(), f"/risks/answer/{token}/?q=end")]  # fmt: skip
        found = []
        for browser, address in asked:
            browser.get(address)
            with CaptureQueriesContext(connection) as seen:
                assert browser.get(address).status_code == 200
            found.append(len(seen))
        return found

    assert queries(2, 3) == queries(7, 6)


FORMS = {
    "ahp_pairs": {"goal": "g", "items": "a\n  a1\n  a2\nb", "group": "aip", "synthesis": "ideal",
                  "alternatives": "x、y", "ticked_as": "items"},
    "fuzzy_sheet": {"factors": "人 | 60%\n\t新员工\t1\n机 | 0.4", "grades": "低,高", "operator": "min_max",
                    "principle": "mean"},
    "score_sheet": {"indicators": "p\nq | 3", "low": "1", "high": "5"},
    "cooke": {"seeds": "s1 | 12 | 次\ns2 | 3 | 天 | log", "targets": "t | 次"},
}  # fmt: skip


SENT = {
    "ahp_pairs": ({"value": "-3"}, {"value": "x"}),
    "fuzzy_sheet": ({"grade": "spread", "share_0": "30", "share_1": "70"},
                    {"grade": "spread", "share_0": "30"}),
    "score_sheet": ({"score": "4"}, {"score": "9"}),
    "cooke": ({"low": "1", "median": "2", "high": "4"}, {"low": "1", "go": "next"}),
}  # fmt: skip
"""What an expert sends, right and wrong."""


@pytest.mark.parametrize("kind", FORMS)
def test_from_each_form_to_an_answer_by_link(organisation, kind) -> None:
    client = organisation.client("risk_manager", language="en")
    address = f"/risks/workshops/new/?kind={kind}"
    assert client.get(address).status_code == 200
    form = {"unit": organisation.north.pk, "title": "x", "days": 7, "most_rounds": 2, "experts": "甲\n乙\n丙"}
    sent = client.post(address, form | FORMS[kind])
    assert sent.status_code == 302
    made = Workshop.objects.get()
    assert made.kind == kind
    assert made.most_rounds == (1 if kind == "cooke" else 2)
    page = client.get(sent["Location"]).content.decode()
    [link, *_] = [part.split("<")[0] for part in page.split("<code>")[1:]]
    open_round(made, actor=organisation.people["risk_manager"])
    visitor, path = Client(), "/" + link.split("/", 3)[3]
    right, wrong = SENT[kind]
    refused = visitor.post(path, wrong)
    assert refused.status_code == 422
    if kind == "fuzzy_sheet":
        assert 'value="30"' in refused.content.decode()
    assert visitor.post(path, right | {"go": "next"}).status_code == 302
    assert ExpertAnswer.objects.get().estimate == {
        "ahp_pairs": {"value": 1 / 3}, "fuzzy_sheet": {"shares": [30.0, 70.0]}, "score_sheet": {"score": 4.0},
        "cooke": {"low": 1.0, "median": 2.0, "high": 4.0},
    }[kind]  # fmt: skip
    assert visitor.post(f"{path}?q=2", {"reason": "x"}).status_code == 422
    empty = client.post(address, form)
    assert empty.status_code == 422


def test_truths_of_seed_questions_are_the_leaders_until_the_end(organisation) -> None:
    content = {"seeds": [{"question": f"s{k}", "truth": 777 + k} for k in range(3)],
               "targets": [{"question": "t"}]}  # fmt: skip
    workshop, tokens = new_session(organisation, kind="cooke", content=content)
    open_round(workshop, actor=organisation.people["risk_manager"])
    page = f"/risks/workshops/{workshop.code}/"
    assert "777" in organisation.client("risk_manager").get(page).content.decode()
    for address in (page, f"{page}record/"):
        assert "777" not in organisation.client("expert").get(address).content.decode()
    shown = organisation.program("expert").get(f"/api/v1/workshops/{workshop.code}").content.decode()
    assert "777" not in shown
    assert "777" not in Client().get(f"/risks/answer/{tokens['E1']}/").content.decode()


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


@pytest.mark.django_db(transaction=True)
def test_answers_sent_at_the_same_time_are_all_kept(organisation, session) -> None:
    """Every expert sends all pairs at once from several threads, each pair from two of them."""
    workshop, _ = session
    jobs = [(i, item) for i in workshop.invitations.all() for item in workshop.items.all()] * 2

    def send(job: Any) -> None:
        invitation, item = job
        answer(invitation, item, given={"value": float(1 + invitation.pk % 3 + item.position)})
        connection.close()

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(send, jobs))
    assert ExpertAnswer.objects.count() == 9
    for row in ExpertAnswer.objects.select_related("item"):
        assert row.estimate == {"value": float(1 + row.invitation_id % 3 + row.item.position)}
    assert AuditEvent.objects.filter(action="risks.workshop.answer").count() == 9


@pytest.mark.django_db(transaction=True)
def test_no_answer_slips_in_after_the_round_was_closed(organisation, session) -> None:
    """Answers race with the closing: each either counts in the round or is refused."""
    manager, (workshop, _) = organisation.people["risk_manager"], session
    give(workshop)
    invitation = workshop.invitations.get(pseudonym="E1")
    items = list(workshop.items.all())

    def send(n: int) -> str:
        try:
            if n == 4:
                close_round(workshop, actor=manager)
                return "closed"
            answer(invitation, items[n % 3], given={"value": float(2 + n % 8)})
            return "kept"
        except UsageError as fault:
            return fault.code
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as threads:
        found = list(threads.map(send, range(12)))
    assert found.count("closed") == 1
    assert set(found) <= {"closed", "kept", "workshop.not_open"}
    closing = AuditEvent.objects.get(action="risks.workshop.between").pk
    assert not AuditEvent.objects.filter(action="risks.workshop.answer", pk__gt=closing).exists()

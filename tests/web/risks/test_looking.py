"""Candidates from a checklist walked by a person and from feedback; what a unit asks at acceptance."""

import html

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone, translation

from anlan.domain.errors import UsageError
from anlan.formats.packs import load_pack
from anlan.formats.printing import visible_texts
from anlan.web.catalog.services import start_from_pack
from anlan.web.common.models import AuditEvent
from anlan.web.risks.models import Candidate, Identification, Risk
from anlan.web.risks.reports.catalogue import KINDS, make_report
from anlan.web.risks.services import accept, decline, define_field
from anlan.web.risks.services.looking import Answer, Report, take_feedback, walk_checklist

PACK = load_pack("PH")
FIRST, SECOND, THIRD = (check.code for check in PACK.checks[:3])


@pytest.fixture
def process(organisation):
    return start_from_pack(unit=organisation.hall, pack="PH", actor=organisation.people["risk_manager"])


@pytest.fixture
def manager(organisation):
    return organisation.people["risk_manager"]


def test_what_is_not_in_place_becomes_a_candidate_at_the_guarded_node(process, manager) -> None:
    answers = {FIRST: Answer("no", "三天没开班前会"), SECOND: Answer("yes"), THIRD: Answer("unclear")}
    made = walk_checklist(process, answers, actor=manager, people="值班长、安全员")
    found = {c.content["check"]: c for c in Candidate.objects.all()}
    assert set(found) == {FIRST, THIRD}
    check = PACK.checks[0]
    guarded = [risk for risk in PACK.risks if risk.code in check.risks]
    nodes = {n.pack_node: n.name for n in process.versions.get().nodes.all()}
    assert found[FIRST].nodes == [nodes[r.node] for r in guarded if r.node in nodes]
    assert found[FIRST].category == guarded[0].category
    assert found[FIRST].title == {"zh": check.title.zh, "en": check.title.en}
    assert found[FIRST].statement == {
        "zh": f"检查发现未做到：{check.title.zh}。三天没开班前会",
        "en": f"Found not in place: {check.title.en}. 三天没开班前会",
    }
    third = next(c for c in PACK.checks if c.code == THIRD)
    assert found[THIRD].statement["en"] == f"Could not be confirmed: {third.title.en}."
    assert found[FIRST].source == "checklist"
    assert [entry["candidate"] for entry in made.entries] == [found[FIRST].code, "", found[THIRD].code]
    assert AuditEvent.objects.get(action="risks.identification.checklist").payload["changes"][
        "candidates"
    ] == [0, 2]


def test_a_question_that_waits_is_not_doubled_and_one_decided_is_asked_anew(process, manager) -> None:
    walk_checklist(process, {FIRST: Answer("no", "一")}, actor=manager)
    walk_checklist(process, {FIRST: Answer("no", "二")}, actor=manager)
    [candidate] = Candidate.objects.all()
    assert "二" in candidate.statement["zh"]
    decline(candidate, reason="已整改", actor=manager)
    walk_checklist(process, {FIRST: Answer("no", "三")}, actor=manager)
    assert Candidate.objects.count() == 2
    assert Identification.objects.count() == 3


@pytest.mark.parametrize(("answers", "code"), [
    ({}, "looking.nothing"), ({"PH-X": Answer("no")}, "looking.question"),
    ({FIRST: Answer("maybe")}, "looking.answer"),
])  # fmt: skip
def test_answers_that_are_none_are_refused_and_keep_nothing(process, manager, answers, code) -> None:
    with pytest.raises(UsageError, match=code):
        walk_checklist(process, answers, actor=manager)
    assert not Identification.objects.exists()
    assert not Candidate.objects.exists()


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_checklist_is_walked_on_its_page(organisation, process, language) -> None:
    client = organisation.client("duty_officer", language=language)
    page = client.get(f"/risks/looking/{process.code}/checklist/").content.decode()
    tongue = language[:2]
    assert all(html.escape(check.title.in_language(tongue), quote=True) in page for check in PACK.checks)
    sent = {f"answer.{FIRST}": "no", f"note.{FIRST}": "没有", f"answer.{SECOND}": "yes", "people": "甲"}
    answer = client.post(f"/risks/looking/{process.code}/checklist/", sent, follow=True)
    assert "I-0001" in answer.content.decode()
    assert Candidate.objects.get().content["note"] == "没有"
    empty = client.post(f"/risks/looking/{process.code}/checklist/", {"people": "甲"})
    assert empty.status_code == 422
    assert 'value="甲"' in empty.content.decode()


def test_a_process_without_a_pack_has_no_checklist(organisation, manager) -> None:
    from anlan.web.catalog.services import create_process

    bare = create_process(unit=organisation.hall, name="无包", actor=manager)
    page = organisation.client("risk_manager").get(f"/risks/looking/{bare.code}/checklist/").content.decode()
    assert "请先为流程选择行业包" in page
    with pytest.raises(UsageError, match="no_checklist"):
        walk_checklist(bare, {FIRST: Answer("no")}, actor=manager)


def test_lines_of_feedback_become_candidates_at_their_nodes(process, manager) -> None:
    node = process.versions.get().nodes.order_by("position")[0]
    long = "等" * 200
    reports = [
        Report("等了两小时", node.key, "service_quality"),
        Report("  等了两小时 "),
        Report(long),
        Report(" "),
    ]
    made = take_feedback(process, reports, actor=manager, sources="七月投诉")
    first, second = Candidate.objects.order_by("id")
    assert (first.statement["zh"], first.category) == ("等了两小时", "customer")
    assert second.statement["zh"] == long
    assert len(second.title["zh"]) == 61
    assert [entry["candidate"] for entry in made.entries] == [first.code, second.code]


@pytest.mark.parametrize(("report", "code"), [
    (Report("x" * 401), "looking.line"), (Report("x", "nowhere"), "looking.node"),
    (Report("x", "", "weather"), "appetite.category"), (Report(""), "looking.no_lines"),
])  # fmt: skip
def test_lines_that_cannot_be_are_refused_whole(process, manager, report, code) -> None:
    with pytest.raises(UsageError, match=code):
        take_feedback(process, [Report("好"), report] if report.words else [report], actor=manager)
    assert not Candidate.objects.exists()


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_a_file_is_read_then_each_line_gets_its_node(organisation, process, encoding) -> None:
    client, address = organisation.client("node_owner"), f"/risks/looking/{process.code}/feedback/"
    node = process.versions.get().nodes.order_by("position")[0]
    file = SimpleUploadedFile("七月.txt", "叫号听不清\n\n座位不够\n叫号听不清\n".encode(encoding))
    page = client.post(address, {"step": "read", "file": file, "node": node.key}).content.decode()
    assert page.count('name="words.') == 2
    assert page.count(f'value="{node.key}" selected') == 2
    sent = {"step": "keep", "words.0": "叫号听不清", "words.1": "座位不够", "take.0": "1",
            "node.0": node.key, "category.0": "technology", "node.1": "", "category.1": "customer",
            "sources": "七月"}  # fmt: skip
    client.post(address, sent)
    found = Candidate.objects.get()
    assert (found.nodes, found.category, found.source) == ([node.name], "technology", "feedback")
    assert client.post(address, {"step": "read", "lines": "  "}).status_code == 422
    broken = SimpleUploadedFile("x.txt", b"\xff\xff\xff\x00")
    assert client.post(address, {"step": "read", "file": broken}).status_code == 422
    many = client.post(address, {"step": "read", "lines": "\n".join(str(i) for i in range(201))})
    assert "201" in many.content.decode()


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_sources_of_a_process_lead_to_their_candidates(organisation, process, manager, language) -> None:
    walk_checklist(process, {FIRST: Answer("no"), SECOND: Answer("no")}, actor=manager)
    take_feedback(process, [Report("慢")], actor=manager)
    accept(Candidate.objects.filter(source="checklist").first(), actor=manager)
    client = organisation.client("risk_manager", language=language)
    page = client.get(f"/risks/looking/{process.code}/").content.decode()
    for state, source in (("new", "checklist"), ("accepted", "checklist"), ("new", "feedback")):
        address = f"/risks/candidates/?state={state}&process={process.code}&source={source}"
        assert html.escape(address) + '">1</a>' in page
        listed = client.get(address).content.decode()
        assert listed.count("<tr data-row") == 1
    assert f"/risks/looking/{process.code}/" in client.get(f"/processes/{process.code}/").content.decode()


@pytest.mark.parametrize("tongue", ["zh-hans", "en"])
def test_the_record_prints_each_question_with_what_became_of_it(process, manager, tongue) -> None:
    made = walk_checklist(
        process, {FIRST: Answer("no", "没有"), SECOND: Answer("yes")}, actor=manager, people="甲乙"
    )
    risk = accept(Candidate.objects.get(), actor=manager)
    kind = next(kind for kind in KINDS if kind.code == "record")
    with translation.override(tongue):
        said = "\n".join(
            visible_texts(make_report(manager, kind, {"record": made.code}, today=timezone.localdate()))
        )
    for word in (FIRST, SECOND, PACK.checks[1].title.in_language(tongue[:2]), "没有", "甲乙", risk.code):
        assert word in said


def test_required_own_fields_are_asked_at_acceptance(organisation, process, manager) -> None:
    define_field(
        unit=organisation.north, key="contract", kind="text", label="合同", required=True, actor=manager
    )
    take_feedback(process, [Report("慢")], actor=manager)
    candidate = Candidate.objects.get()
    with pytest.raises(UsageError, match=r"custom\.required"):
        accept(candidate, actor=manager)
    client = organisation.client("risk_manager")
    assert 'name="own-contract"' in client.get("/risks/candidates/").content.decode()
    place = f"/risks/candidates/{candidate.code}/decide/"
    refused = client.post(place, {"decision": "accept"}, follow=True).content.decode()
    assert "合同" in refused
    assert "尚未收入" in refused
    assert not Risk.objects.exists()
    client.post(place, {"decision": "accept", "own-contract": "HT-1"})
    assert Risk.objects.get().custom == {"contract": "HT-1"}
    take_feedback(process, [Report("乱")], actor=manager)
    other = Candidate.objects.get(state="new")
    program = organisation.program("risk_manager")
    place = f"/api/v1/candidates/{other.code}/accept"
    answer = program.post(place, {}, content_type="application/json")
    assert (answer.status_code, list(answer.json()["fields"])) == (422, ["custom.contract"])
    answer = program.post(place, {"custom": {"contract": "HT-2"}}, content_type="application/json")
    assert answer.status_code == 201


def test_settings_stand_in_the_menu(organisation) -> None:
    page = organisation.client("risk_manager", language="en").get("/").content.decode()
    for address, word in (("/risks/criteria/", "Risk criteria"), ("/risks/appetite/", "Risk appetite"),
                          ("/risks/fields/", "Own fields")):  # fmt: skip
        assert f'href="{address}"' in page
        assert word in page


def test_programs_walk_and_take_in_too(organisation, process) -> None:
    program = organisation.program("duty_officer")
    questions = program.get(f"/api/v1/processes/{process.code}/checklist").json()
    assert [q["code"] for q in questions] == [check.code for check in PACK.checks]
    walk = {"answers": [{"question": FIRST, "answer": "no", "note": "没有"}], "people": "甲"}
    made = program.post(
        f"/api/v1/processes/{process.code}/checklist-walks", walk, content_type="application/json"
    )
    assert made.status_code == 201
    assert program.get(made["Location"]).json() == made.json()
    lines = {"lines": [{"words": "慢"}], "sources": "七月"}
    program.post(f"/api/v1/processes/{process.code}/feedback", lines, content_type="application/json")
    assert program.get("/api/v1/identifications").json()["count"] == 2
    assert organisation.program(organisation.outsider).get(made["Location"]).status_code == 404

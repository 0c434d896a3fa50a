"""A method of quantification from its form to its result, and back to the boxes where something is wrong."""

import csv
import json
import xml.etree.ElementTree as ET
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from anlan.domain.method import Field
from anlan.formats.spec_file import read_spec_file
from anlan.loop.quantify.methods import METHODS, method
from anlan.loop.quantify.methods.reading import read_inputs
from anlan.maths.distributions import Distribution
from anlan.studies.methods.explaining import EXAMPLES
from anlan.studies.methods.one_line import number_of
from anlan.web.common.models import AuditEvent
from anlan.web.risks.services import create_risk
from anlan.web.runs.methods.answers import given_of
from anlan.web.runs.methods.questions import Question, questions_of
from anlan.web.runs.models import Run

FORMS = ("svg", "png", "csv")


def _plain(value: Any) -> Any:
    """Distributions by their kind and parameters, so that two of them can be compared."""
    if isinstance(value, Distribution):
        return value.kind, dict(value.parameters)
    if isinstance(value, dict):
        return {name: _plain(each) for name, each in value.items()}
    return tuple(_plain(each) for each in value) if isinstance(value, tuple) else value


def _boxes(questions: list[Question]) -> dict[str, str]:
    """What a browser sends of the questions as they stand."""
    sent: dict[str, str] = {}
    for question in questions:
        if question.kind == "record":
            sent |= _boxes(question.inner)
        elif question.kind in ("table", "rows"):
            for row in question.rows:
                sent |= _boxes(row)
        elif question.cells:
            sent |= {name: value for row in question.cells for name, value, _ in row}
        elif question.kind == "choice" and question.value not in dict(question.choices):
            sent[question.name] = question.choices[0][0]
        elif question.kind != "flag" or question.value:
            sent[question.name] = question.value
    return sent


@pytest.mark.parametrize("code", METHODS)
def test_the_boxes_of_a_form_hold_the_whole_example(code: str) -> None:
    """Shown in boxes and sent back as a browser does, the example is the same to the method."""
    asked, example = method(code), read_spec_file(EXAMPLES / f"{code}.yaml")["inputs"]
    sent = _boxes(questions_of(code, asked.fields, example, {}))
    back = given_of(asked.fields, sent)
    assert _plain(read_inputs(asked.fields, back)) == _plain(read_inputs(asked.fields, example))


def _form(client: Client, code: str, **changes: str) -> Any:
    example = read_spec_file(EXAMPLES / f"{code}.yaml")["inputs"]
    sent = _boxes(questions_of(code, method(code).fields, example, {}))
    return client.post(reverse("runs:method", args=[code]), {**sent, "head.title": "取号停机", **changes})


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_a_form_becomes_a_result_page(organisation, language: str) -> None:
    client = organisation.client("risk_manager", language=language)
    answer = _form(client, "risk_matrix")
    assert answer.status_code == 302
    run = Run.objects.get()
    assert (run.study, run.state, run.unit) == ("method.risk_matrix", "done", organisation.north)
    assert run.figures["level"] == "高"
    page = client.get(answer["Location"]).content.decode()
    assert page.count("<svg") >= 1
    assert {"zh-hans": "严重性得分", "en": "Severity score"}[language] in page
    assert AuditEvent.objects.filter(action="runs.run.start").exists()


def test_a_fault_stands_beside_its_box_and_nothing_is_started(organisation) -> None:
    client = organisation.client("risk_manager")
    answer = _form(client, "risk_matrix", **{"in.likelihood": "也许", "head.seed": "-1"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert not Run.objects.exists()
    assert 'value="也许"' in page
    assert "seed：-1 超出范围" in page


def test_a_fault_only_the_method_can_see_brings_the_form_back(organisation) -> None:
    client = organisation.client("risk_manager")
    _form(client, "risk_matrix", **{"in.likelihood": "也许"})
    run = Run.objects.get()
    assert run.state == "failed"
    shown = client.get(reverse("runs:run", args=[run.code])).content.decode()
    assert "likelihood：没有选项“也许”" in shown
    again = client.get(reverse("runs:method", args=["risk_matrix"]), {"like": run.code}).content.decode()
    assert 'value="也许"' in again
    assert "likelihood：没有选项“也许”" in again


def test_the_whole_spec_can_be_sent_as_a_text(organisation) -> None:
    client = organisation.client("risk_manager")
    written = (EXAMPLES / "risk_matrix.yaml").read_text(encoding="utf-8")
    address = reverse("runs:method", args=["risk_matrix"])
    assert client.post(address, {"by": "text", "as_text": written}).status_code == 302
    other, none = "method: crystal_ball\ninputs: {}", "method: risk_matrix\ninputs: 3"
    for wrong in ("a: [", other, none, "x" * 2_000_000):
        assert client.post(address, {"by": "text", "as_text": wrong}).status_code == 422
    assert Run.objects.count() == 1


def test_lists_tables_and_cells_are_read_as_people_fill_them() -> None:
    table = Field("t", "table", columns=(Field("n", "number", default=1.0), Field("l", "texts", default=())))
    lists = (Field("a", "numbers", gaps=True), Field("m", "matrix", gaps=True))
    fields = (*lists, table, Field("e", "estimate"))
    sent = {
        "in.a": "1，2\n—\n3", "in.m.0.0": "1", "in.m.0.1": "", "in.m.1.1": "２％", "in.m.1.2": "",
        "in.t.0.n": "", "in.t.0.l": "", "in.t.4.n": "1,000", "in.t.4.l": "x, y、z", "in.e": "pert 1 2 5",
    }  # fmt: skip
    assert given_of(fields, sent) == {
        "a": [1, 2, None, 3], "m": [[1, None], [None, 0.02]], "t": [{"n": 1000, "l": ["x", "y", "z"]}],
        "e": {"kind": "pert", "low": 1, "likely": 2, "high": 5},
    }  # fmt: skip


def test_the_interface_lists_explains_and_starts(organisation) -> None:
    program = organisation.program("risk_manager")
    listed = program.get("/api/v1/methods").json()["items"]
    assert [entry["code"] for entry in listed] == list(METHODS)
    shown = program.get("/api/v1/methods/risk_matrix").json()
    started = program.post("/api/v1/assessments", {"spec": shown["example"]}, content_type="application/json")
    assert started.status_code == 202
    result = program.get(f"{started['Location']}/result.json")
    assert result.status_code == 200, result.content
    assert json.loads(b"".join(result.streaming_content))["level"] == "高"
    assert program.get("/api/v1/methods/none").status_code == 404
    wrong = program.post(
        "/api/v1/assessments", {"spec": {"method": "risk_matrix"}}, content_type="application/json"
    )
    assert wrong.status_code == 422


def test_an_assessment_of_a_risk_stands_on_its_page_and_becomes_its_level(organisation) -> None:
    manager = organisation.people["risk_manager"]
    risk = create_risk(
        unit=organisation.north, title="停机", category="process", source="report", actor=manager
    )
    client = organisation.client("risk_manager")
    address = f"{reverse('runs:method', args=['risk_matrix'])}?about={risk.code}"
    written = (EXAMPLES / "risk_matrix.yaml").read_text(encoding="utf-8")
    started = client.post(address, {"by": "text", "as_text": written})
    run = Run.objects.get()
    assert (run.about, run.unit) == (risk.code, organisation.north)
    result_page = client.get(started["Location"]).content.decode()
    attach = f"{reverse('risks:estimate', args=[risk.code, 'run'])}?run={run.code}"
    assert attach in result_page
    page = client.get(reverse("risks:risk", args=[risk.code])).content.decode()
    assert reverse("runs:run", args=[run.code]) in page
    form = {"run": run.code, "stage": "current", "rationale": "按矩阵"}
    attached = reverse("risks:estimate", args=[risk.code, "run"])
    assert client.post(attached, form).status_code == 422, "scores of another scale are not taken over"
    begun = client.get(f"{reverse('runs:method', args=['risk_matrix'])}?about={risk.code}")
    own = _boxes(begun.context["questions"])
    own |= {"in.likelihood": "4", "in.consequences.0.dimension": "客户", "in.consequences.0.severity": "5"}
    assert client.post(address, own).status_code == 302
    form["run"] = Run.objects.latest("id").code
    assert client.post(attached, form).status_code == 302
    made = risk.assessments.get()
    assert (made.likelihood, made.severity) == (4, 5)
    stranger = organisation.client(organisation.outsider)
    assert stranger.get(address).status_code == 404


def test_the_advisor_recommends_on_the_page_and_says_what_is_wrong(organisation) -> None:
    client = organisation.client("risk_manager", language="en")
    page = client.get(reverse("runs:methods"), {"purpose": "level", "data": "none", "experts": "0"})
    assert "works without records" in page.content.decode()
    wrong = client.get(reverse("runs:methods"), {"purpose": "joy"})
    assert wrong.status_code == 422
    assert "joy" in wrong.content.decode()


@pytest.mark.parametrize(
    "far", ["9999.0", "0.9999", "0.99999999999", "0." + "9" * 5000, "0.²", "²²²²²²²²².0"]
)
def test_a_cell_far_out_does_not_make_a_matrix_of_all_before_it(far: str) -> None:
    sent = {"in.ratings.0.0": "1", "in.ratings.0.1": "2", f"in.ratings.{far}": "3"}
    back = given_of((Field("ratings", "matrix"),), sent)
    assert sum(len(row) for row in back["ratings"]) <= 3


def test_a_number_of_many_digits_is_no_fault_of_the_server(organisation) -> None:
    assert number_of("9" * 400) == float("inf")
    assert number_of("9007199254740993") == 9007199254740993
    answer = organisation.client("risk_manager").post(
        reverse("runs:method", args=["risk_matrix"]), {"head.seed": "9" * 400}
    )
    assert answer.status_code == 422


def test_a_spec_too_long_for_boxes_is_shown_as_text(organisation) -> None:
    rows = ["[1]"] * 3_000 + ["[" + ",".join(["1"] * 3_000) + "]"]
    spec = f"method: agreement\ninputs: {{ratings: [{', '.join(rows)}]}}"
    answer = organisation.client("risk_manager").post(
        reverse("runs:method", args=["agreement"]), {"by": "text", "as_text": spec}
    )
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "ratings[3001]" in page
    assert "in.ratings.0.0" not in page
    assert len(page) < 400_000


def test_each_drawing_of_an_answer_is_a_file_that_runs_nothing(organisation) -> None:
    client = organisation.client("risk_manager")
    place = _form(client, "fuzzy_evaluation")["Location"]
    page = client.get(place).content.decode()
    run = Run.objects.get()
    addresses = [reverse("runs:chart", args=[run.code, n, form]) for n in (1, 2) for form in FORMS]
    assert all(address in page for address in addresses)
    answer = client.get(addresses[0])
    assert answer["Content-Type"] == "image/svg+xml; charset=utf-8"
    assert client.get(addresses[1]).content.startswith(b"\x89PNG")
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "attachment" in answer["Content-Disposition"]
    root = ET.fromstring(answer.content)
    assert "var(--" not in answer.content.decode()
    assert root.findtext("{http://www.w3.org/2000/svg}title") in page
    exported = AuditEvent.objects.filter(action="runs.run.export").order_by("seq")
    assert [e.payload["changes"]["file"][1] for e in exported] == ["chart-1.svg", "chart-1.png"]
    for number, form in ((99, "svg"), (1, "gif")):
        assert client.get(reverse("runs:chart", args=[run.code, number, form])).status_code == 404


def test_the_table_of_a_drawing_is_on_the_page_and_a_file(organisation) -> None:
    client = organisation.client("risk_manager", language="en")
    place = _form(client, "risk_matrix")["Location"]
    run = Run.objects.get()
    rows = list(csv.reader(client.get(f"{place}chart-1.csv").content.decode("utf-8-sig").splitlines()))
    inputs = run.parameters["spec"]["inputs"]
    assert rows[0] == ["Likelihood", "Severity", "Level", "The risk"]
    assert [row[2] for row in rows[1:]] == [level for row in inputs["cells"] for level in row]
    assert [row[3] for row in rows].count("lies here") == 1
    page = client.get(place).content.decode()
    table = page[page.index("Table of this chart") :]
    assert table.count("lies here") >= 1


def test_the_result_says_the_headline_what_warns_of_it_and_what_was_asked(organisation) -> None:
    client = organisation.client("risk_manager", language="en")
    page = client.get(_form(client, "lopa")["Location"]).content.decode()
    assert '<p class="term">Mitigated frequency</p>' in page
    assert "middle 90 % [" in page
    warned = page[page.index('class="message warn"') :][:400]
    assert "share a component" in warned
    given = page[page.index('id="given"') :]
    assert "<dt>Tolerable frequency</dt>" in given
    assert "<dd>count_once</dd>" not in given


def test_rows_inside_a_row_are_boxes_to_choose_from() -> None:
    """Branches of an event tree, conditions in them and factors of a step: nothing is typed as code."""
    tree = questions_of("event_tree", method("event_tree").fields, {}, {})
    headings = next(each for each in tree if each.name == "in.headings")
    depends = next(each for each in headings.rows[0] if each.name.endswith(".depends"))
    when = next(each for each in depends.rows[0] if each.name.endswith(".when"))
    heading, outcome = when.rows[0]
    assert (depends.kind, when.kind) == ("rows", "rows")
    assert heading.name == "in.headings.0.depends.0.when.0.heading"
    assert heading.among == "names-headings"
    assert [code for code, _ in outcome.choices] == ["", "works", "fails"]
    steps = next(
        each
        for each in questions_of("human_reliability", method("human_reliability").fields, {}, {})
        if each.name == "in.steps"
    )
    factors = next(each for each in steps.rows[0] if each.name.endswith(".factors"))
    assert all(each.kind == "choice" and each.choices[0][0] == "" for each in factors.rows[0])


def test_an_empty_row_inside_a_row_says_nothing_and_a_chosen_one_does() -> None:
    asked = method("human_reliability").fields
    sent = {"in.steps.0.name": "核对", "in.steps.0.factors.0.factor": "", "in.steps.0.factors.0.level": ""}
    assert given_of(asked, sent)["steps"] == [{"name": "核对"}]
    sent |= {"in.steps.0.factors.1.factor": "stress", "in.steps.0.factors.1.level": "high"}
    assert given_of(asked, sent)["steps"][0]["factors"] == [{"factor": "stress", "level": "high"}]


def test_what_a_failed_run_has_to_correct_stands_as_a_list(organisation) -> None:
    faults = [
        {"code": "method.missing_input", "parameters": {"where": "inputs.events"}},
        {"code": "method.not_ascending", "parameters": {"where": "bands.bounds", "found": [3, 1]}},
    ]
    run = Run.objects.create(
        code="A-9009", study="method.fault_tree", unit=organisation.north, state="failed",
        parameters={"spec": {}}, error={"code": "method.refused", "parameters": {}, "several": faults},
        created_by=organisation.people["risk_manager"],
    )  # fmt: skip
    page = organisation.client("risk_manager", language="en").get(reverse("runs:run", args=[run.code]))
    alert = page.content.decode().partition('role="alert">')[2].partition("</ul>")[0]
    assert "2 places to correct" in alert
    assert alert.count("<li>") == 2
    assert "<li>inputs.events" in alert


def test_the_page_of_a_done_run_of_no_process_opens(organisation) -> None:
    """A method is of no process, so no page of a process is linked."""
    run = Run.objects.create(
        code="A-9010", study="method.staffing", unit=organisation.north, state="done",
        parameters={"spec": {}}, created_by=organisation.people["risk_manager"],
    )  # fmt: skip
    page = organisation.client("risk_manager").get(reverse("runs:run", args=[run.code]))
    assert page.status_code == 200

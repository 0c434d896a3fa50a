"""Drawn models: begun, kept from the version seen, calculated, removed; within units, all in the audit."""

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile

from anlan.domain.errors import RefusedInput, UsageError
from anlan.formats.spec_file import read_spec_file
from anlan.loop.quantify.cause_models import CODES, model_method
from anlan.loop.quantify.methods.reading import read_inputs
from anlan.studies.methods.explaining import EXAMPLES
from anlan.web.causes.beginning import Beginning, begun
from anlan.web.causes.exchange import written_out
from anlan.web.causes.figures import answer_of
from anlan.web.causes.models import CauseModel
from anlan.web.causes.other_views import Asked, seen_as
from anlan.web.causes.selectors import calculations_of, model_of, models_about
from anlan.web.causes.services import Facts, calculate_model, create_model, keep_model, remove_model
from anlan.web.common.models import AuditEvent
from anlan.web.common.verification import verify
from anlan.web.risks.services import (
    BarrierFacts,
    LineFacts,
    bow_tie_of,
    change_risk,
    create_risk,
    draw_bow_tie,
)

pytestmark = pytest.mark.django_db
OPEN_PSA = """<?xml version="1.0"?><opsa-mef name="two pumps"><define-fault-tree name="t">
<define-gate name="no flow"><and><basic-event name="a"/><basic-event name="b"/></and></define-gate>
</define-fault-tree><model-data><define-basic-event name="a"><float value="0.1"/></define-basic-event>
<define-basic-event name="b"><float value="0.2"/></define-basic-event></model-data></opsa-mef>"""


@pytest.fixture
def manager(organisation):
    return organisation.people["risk_manager"]


@pytest.fixture
def risk(organisation, manager):
    made = create_risk(
        unit=organisation.north, title="错派", category="process", source="report", actor=manager
    )
    lines = [
        LineFacts("地址不清", "", (BarrierFacts("复述", state="weak"), BarrierFacts("补全"))),
        LineFacts("老数据"),
    ]
    after = [LineFacts("迟到", "", (BarrierFacts("改派"),))]
    draw_bow_tie(made, threats=lines, consequences=after, version=bow_tie_of(made).version, actor=manager)
    return made


def example(code: str, organisation: Any, manager: Any, **more: Any) -> CauseModel:
    return begun(Beginning(code, "example"), unit=organisation.north, about=more.get("about"), actor=manager)


def inputs_of(code: str) -> dict[str, Any]:
    found: dict[str, Any] = read_spec_file(EXAMPLES / f"{code}.yaml")["inputs"]
    return found


@pytest.mark.parametrize("code", CODES)
def test_an_example_can_be_calculated_and_its_figures_are_the_librarys(organisation, manager, code) -> None:
    made, of = example(code, organisation, manager), model_method(code)
    assert made.faults == 0
    run = calculate_model(made, actor=manager)
    assert run.parameters["spec"]["inputs"] == inputs_of(code)
    assert calculations_of(made, manager) == [run]
    assert (
        answer_of(of, made.inputs).headline.value
        == of.run(read_inputs(of.fields, made.inputs)).headline.value
    )


def test_the_bow_tie_of_the_register_becomes_a_model_about_the_risk(organisation, manager, risk) -> None:
    made = begun(Beginning("bow_tie", "bow_tie"), unit=organisation.root, about=risk, actor=manager)
    assert (made.unit, made.about) == (risk.unit, risk)
    assert [row["name"] for row in made.inputs["causes"]] == ["地址不清", "老数据"]
    assert made.inputs["causes"][0]["barriers"] == ["复述", "补全"]
    assert [row["name"] for row in made.inputs["barriers"]] == ["复述", "补全", "改派"]
    assert made.faults, "numbers are still to be given"
    assert [each["code"] for each in models_about(risk, manager)] == [made.code]
    with pytest.raises(RefusedInput):
        calculate_model(made, actor=manager)


def test_a_file_of_another_program_becomes_a_model(organisation, manager) -> None:
    file = SimpleUploadedFile("pumps.xml", OPEN_PSA.encode())
    made = begun(Beginning("", "file", file=file), unit=organisation.north, about=None, actor=manager)
    assert (made.method, made.title, made.source, made.faults) == ("fault_tree", "two pumps", "pumps.xml", 0)
    assert answer_of(model_method("fault_tree"), made.inputs).headline.value == pytest.approx(0.02)
    again = SimpleUploadedFile("again.xml", written_out(made, "xml", actor=manager))
    back = begun(Beginning("", "file", file=again), unit=organisation.north, about=None, actor=manager)
    assert (back.inputs["gates"], back.inputs["events"]) == (made.inputs["gates"], made.inputs["events"])


@pytest.mark.parametrize("code", CODES)
def test_a_model_goes_out_as_yaml_and_comes_back_the_same(organisation, manager, code) -> None:
    made = example(code, organisation, manager)
    file = SimpleUploadedFile(f"{code}.yaml", written_out(made, "yaml", actor=manager))
    back = begun(Beginning("", "file", file=file), unit=organisation.north, about=None, actor=manager)
    assert (back.method, back.title, back.inputs) == (made.method, made.title, made.inputs)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("x.yaml", b"method: fmea\ninputs: {}"),
        ("x.xml", b"<a>"),
        ("x.exe", b""),
        ("x.yaml", b"x" * 1_000_001),
        ("x.yaml", b"method: fault_tree\ninputs: {gates: 3}"),
        ("x.yaml", b"inputs: {}"),
        ("x.json", b"\xff\xfe"),
    ],
)
def test_a_file_that_is_no_model_is_refused_and_makes_none(organisation, manager, name, content) -> None:
    given = Beginning("", "file", file=SimpleUploadedFile(name, content))
    with pytest.raises((RefusedInput, UsageError)):
        begun(given, unit=organisation.north, about=None, actor=manager)
    assert not CauseModel.objects.exists()


def test_what_somebody_kept_meanwhile_is_not_overwritten(organisation, manager) -> None:
    made = example("fault_tree", organisation, manager)
    facts = Facts("甲的")
    kept = keep_model(made, facts=facts, inputs=made.inputs, seen=1, actor=manager)
    assert (kept.version, kept.title) == (2, "甲的")
    with pytest.raises(UsageError, match=r"web\.conflict"):
        keep_model(made, facts=Facts("乙的"), inputs=made.inputs, seen=1, actor=manager)
    made.refresh_from_db()
    assert made.title == "甲的"
    same = keep_model(made, facts=facts, inputs=made.inputs, seen=2, actor=manager)
    assert same.version == 2, "nothing changed, so nothing was kept"


def test_each_step_is_in_the_audit_with_what_changed(organisation, manager) -> None:
    made = example("fault_tree", organisation, manager)
    changed = {
        **made.inputs,
        "events": [made.inputs["events"][0] | {"alike": "x"}, *made.inputs["events"][1:]],
    }
    kept = keep_model(made, facts=Facts(made.title), inputs=changed, seen=1, actor=manager)
    written_out(kept, "yaml", actor=manager)
    remove_model(kept, seen=2, actor=manager)
    events = list(AuditEvent.objects.filter(action__startswith="causes.").order_by("seq"))
    assert [e.action.rpartition(".")[2] for e in events] == ["create", "change", "export", "remove"]
    assert set(events[1].payload["changes"]) == {"events-1"} | ({"faults"} if kept.faults else set())
    assert {e.object_id for e in events} == {str(made.pk)}
    assert verify().broken_at is None


def test_a_draft_is_kept_and_says_how_many_places_are_to_be_corrected(organisation, manager) -> None:
    inputs = inputs_of("fault_tree")
    inputs["events"][0].pop("rate_per_h")
    made = create_model(
        unit=organisation.north, method="fault_tree", facts=Facts("x"), inputs=inputs, actor=manager
    )
    assert made.faults == 2  # the event, and a group whose members are no longer alike
    with pytest.raises(RefusedInput):
        calculate_model(made, actor=manager)


@pytest.mark.parametrize(
    ("facts", "inputs"),
    [(Facts(""), {}), (Facts("x" * 201), {}), (Facts("x", note="y" * 4001), {}), (Facts("x"), {"gates": [1]}),
     (Facts("x"), []), (Facts("x"), {"events": [{"name": float("nan")}]})],
)  # fmt: skip
def test_what_cannot_be_kept_is_refused(organisation, manager, facts, inputs) -> None:
    with pytest.raises((RefusedInput, UsageError)):
        create_model(unit=organisation.north, method="fault_tree", facts=facts, inputs=inputs, actor=manager)
    assert not CauseModel.objects.exists()


def test_who_may_not_start_runs_may_not_draw(organisation, manager) -> None:
    made = example("bow_tie", organisation, manager)
    for role in ("expert", "auditor", "executive", "duty_officer"):
        person = organisation.people[role]
        with pytest.raises(PermissionDenied):
            keep_model(made, facts=Facts("x"), inputs=made.inputs, seen=1, actor=person)
        with pytest.raises(PermissionDenied):
            remove_model(made, seen=1, actor=person)
    assert not model_of(organisation.outsider, made.code).exists()


def test_a_model_follows_its_risk_to_another_unit(organisation, manager, risk) -> None:
    made = begun(Beginning("bow_tie", "bow_tie"), unit=organisation.north, about=risk, actor=manager)
    change_risk(risk, version=risk.version, actor=manager, unit=organisation.hall)
    made.refresh_from_db()
    assert made.unit == organisation.hall


def test_the_views_of_a_bow_tie_agree_with_it(organisation, manager) -> None:
    """Given each cause: the tree's probability times the frequency adds up to the frequency of the event."""
    made = example("bow_tie", organisation, manager)
    of = model_method("fault_tree")
    total = 0.0
    for row in made.inputs["causes"]:
        tree = seen_as(made, "fault_tree", Asked(row["name"]))
        f = row["frequency"] if isinstance(row["frequency"], int) else 9.0  # gamma 9, 1
        total += f * of.run(read_inputs(of.fields, tree)).headline.value
    whole = answer_of(model_method("bow_tie"), made.inputs)
    assert total == pytest.approx(whole.headline.value, rel=1e-12)

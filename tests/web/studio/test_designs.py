"""Designs of a twin: changed by operators, compared, searched, tried as a draft of the process."""

from typing import Any

import pytest
from django.urls import reverse

from anlan.domain.design import Design, Step
from anlan.domain.design import Link as Way
from anlan.web.catalog.drafting import approve, design_of, submit
from anlan.web.common.models import AuditEvent, Link
from anlan.web.risks.models import Candidate
from anlan.web.risks.services import accept as accept_candidate
from anlan.web.risks.services import create_risk
from anlan.web.runs.results import result_of
from anlan.web.runs.services import start_run
from anlan.web.studio.models import DesignComparison, TwinDesign
from anlan.web.studio.selectors import state_of
from anlan.web.studio.services.calibrating import start_proposing
from anlan.web.studio.services.comparing import start_comparison
from anlan.web.studio.services.designs import create_design
from anlan.web.studio.services.piloting import drafted_from, start_pilot
from web.studio.given import calibrated, done, repeating_process, small_twin

pytestmark = pytest.mark.django_db
MORE: dict[str, Any] = {"operator": "staff", "pool": "审核员", "people": 1, "yearly": 90_000}
FASTER: dict[str, Any] = {"operator": "automate", "steps": "登记", "factor": 0.5, "once": 20_000}


@pytest.fixture
def twin(organisation, process):
    return small_twin(process, organisation)


@pytest.fixture
def manager(organisation):
    return organisation.people["risk_manager"]


def test_a_change_is_added_with_its_form_and_shown_with_what_it_does(organisation, twin, manager) -> None:
    made = create_design(twin, name="加人", actor=manager)
    client, address = organisation.client("risk_manager"), reverse("studio:design", args=[made.code])
    form = client.get(address + "?operator=automate").content.decode()
    assert 'name="factor"' in form
    assert 'name="pool"' not in form
    sent = {
        "do": "add",
        "seen": "1",
        "operator": "automate",
        "steps": ["登记"],
        "factor": "50 %",
        "once": "20,000",
    }
    assert client.post(address, sent).status_code == 302
    made.refresh_from_db()
    assert made.changes == [FASTER]
    page = client.get(address).content.decode()
    assert "节点“登记”，时长" in page
    assert 'class="mark changed"' in page
    assert "20,000" in page
    assert client.post(address, {"do": "drop:0", "seen": "2"}).status_code == 302
    made.refresh_from_db()
    assert made.changes == []


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"operator": "automate", "steps": ["没有"], "factor": "0.5"}, "没有"),
        ({"operator": "staff", "pool": "审核员", "people": "x"}, "x"),
        ({"operator": "staff", "pool": "窗口", "people": "-2"}, "窗口"),
        ({"operator": "nothing"}, "nothing"),
    ],
)
def test_a_change_that_cannot_be_made_is_refused(organisation, twin, manager, sent, said) -> None:
    made = create_design(twin, name="错", actor=manager)
    client, address = organisation.client("risk_manager"), reverse("studio:design", args=[made.code])
    answer = client.post(address, {"do": "add", "seen": "1"} | sent)
    assert answer.status_code == 422
    assert said in answer.content.decode()
    made.refresh_from_db()
    assert (made.changes, made.version) == ([], 1)


def test_whoever_saw_an_older_state_overwrites_nothing(organisation, twin, manager) -> None:
    made = create_design(twin, name="加人", actor=manager, changes=[MORE])
    client, address = organisation.client("risk_manager"), reverse("studio:design", args=[made.code])
    client.post(address, {"do": "facts", "seen": "1", "name": "夜间加人"})
    assert client.post(address, {"do": "drop:0", "seen": "1"}).status_code == 409
    made.refresh_from_db()
    assert (made.name, made.changes) == ("夜间加人", [MORE])


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_designs_are_compared_with_intervals_and_words(organisation, twin, manager, language) -> None:
    designs = [create_design(twin, name="加人", actor=manager, changes=[MORE]),
               create_design(twin, name="提速", actor=manager, changes=[FASTER])]  # fmt: skip
    found = start_comparison(twin, designs, actor=manager, title="窗口改造", most=10)
    done(found.run)
    client = organisation.client("risk_manager", language=language)
    page = client.get(reverse("studio:comparison", args=[found.code])).content.decode()
    for part in ("窗口改造", "加人", "提速", 'class="cell ', "[−"):
        assert part in page
    assert "studio." not in page
    assert "designs." not in page
    table = client.get(reverse("studio:comparison_file", args=[found.code])).content.decode()
    assert table.count("\n") >= 4
    assert 'id="matrix"' in page
    _taken_out(client, found)
    run = client.get(reverse("runs:run", args=[found.run.code])).content.decode()
    assert reverse("studio:comparison", args=[found.code]) in run


def _taken_out(client: Any, found: DesignComparison) -> None:
    """Pictures and the report, each with its entry in the audit."""
    for name in ("matrix", "times", "map"):
        svg = client.get(
            reverse("studio:comparison_picture", args=[found.code, name, "svg"])
        ).content.decode()
        assert svg.startswith("<svg")
        assert "var(--" not in svg
    png = client.get(reverse("studio:comparison_picture", args=[found.code, "matrix", "png"])).content
    assert png.startswith(b"\x89PNG")
    nothing = client.get(reverse("studio:comparison_picture", args=[found.code, "nothing", "svg"]))
    assert nothing.status_code == 404
    report = client.get(reverse("studio:comparison_report", args=[found.code, "html"])).content.decode()
    for part in ("窗口改造", "加人", "提速", found.run.result_sha256, found.run.code):
        assert part in report
    assert client.get(reverse("studio:comparison_report", args=[found.code, "pdf"])).content[:4] == b"%PDF"
    taken = AuditEvent.objects.filter(action="studio.comparison.export", object_id=found.pk)
    assert taken.count() >= 6


def test_the_best_set_under_a_budget_becomes_a_design(organisation, twin, manager) -> None:
    designs = [create_design(twin, name="加人", actor=manager, changes=[MORE | {"once": 1.0}]),
               create_design(twin, name="提速", actor=manager, changes=[FASTER])]  # fmt: skip
    found = start_comparison(twin, designs, actor=manager, most=10, budget="10000000")
    done(found.run)
    client = organisation.client("risk_manager")
    page = client.get(reverse("studio:comparison", args=[found.code])).content.decode()
    assert 'id="sets"' in page
    sets = result_of(found.run)["found"]["search"]["finalists"]
    both = next(n for n, each in enumerate(sets) if len(each["members"]) == 2)
    client.post(reverse("studio:set_as_design", args=[found.code]), {"set": str(both), "name": "组合"})
    made = TwinDesign.objects.get(name="组合")
    assert [each["operator"] for each in made.changes] == ["staff", "automate"]


def test_a_design_that_serves_fewer_is_not_called_the_best(organisation, twin, manager) -> None:
    designs = [create_design(twin, name="提速", actor=manager, changes=[FASTER])]
    found = start_comparison(twin, designs, actor=manager, most=10)
    done(found.run)
    from anlan.web.studio.comparison import comparison_shown

    result = result_of(found.run)
    assert result["found"]["designs"][0]["serves_fewer"] is False
    assert comparison_shown(result, found.designs).chosen == designs[0].code
    result["found"]["designs"][0]["serves_fewer"] = True
    shown = comparison_shown(result, found.designs)
    assert shown.chosen == ""
    assert any("提速" in said for said in shown.conclusions)


def test_nothing_to_compare_is_refused(organisation, twin, manager) -> None:
    empty = create_design(twin, name="空", actor=manager)
    client = organisation.client("risk_manager")
    for chosen in ([], [empty.code]):
        client.post(reverse("studio:compare", args=[twin.code]), {"design": chosen})
    assert not DesignComparison.objects.exists()


def test_findings_of_the_log_are_proposed_with_what_they_rest_on(organisation, tmp_path, manager) -> None:
    process = repeating_process(organisation, tmp_path)
    assessed = done(start_run(process=process, study="assess", parameters={"closing": "关闭"}, actor=manager))
    twin = calibrated(process, organisation)
    run = done(start_proposing(twin, actor=manager))
    assert run.parameters["closing"] == "关闭"
    twin.refresh_from_db()
    number, found = next((n, each) for n, each in enumerate(twin.proposals) if each["source"] == "log")
    assert found["run"] == run.code
    assert found["evidence"]["cases"] > 0
    risk_ids = {each["id"]: each for each in result_of(assessed)["risks"]}
    assert risk_ids[found["finding"]["key"]]["statement"] == found["finding"]["statement"]
    candidate = Candidate.objects.get(process=process, source="log", key=found["finding"]["key"])
    risk = accept_candidate(candidate, actor=manager)
    client = organisation.client("risk_manager", language="en")
    page = client.get(reverse("studio:twin", args=[twin.code])).content.decode()
    for part in (risk.code, run.code, "from the log", f"{found['evidence']['count']} times"):
        assert part in page
    client.post(reverse("studio:new_design", args=[twin.code]), {"proposal": str(number)})
    made = TwinDesign.objects.get()
    assert list(made.risks.all()) == [risk]
    assert made.origin["finding"] == found["finding"]
    page = client.get(reverse("studio:design", args=[made.code])).content.decode()
    assert 'id="origin"' in page
    assert run.code in page


def test_without_a_log_only_the_run_of_the_twin_proposes(organisation, process, manager) -> None:
    twin = small_twin(process, organisation)
    process.logs.update(current=False)
    done(start_proposing(twin, actor=manager))
    twin.refresh_from_db()
    assert {each["source"] for each in twin.proposals} == {"twin"}
    assert all(each["evidence"] is None for each in twin.proposals)
    assert "审核" in {name for each in twin.proposals for name in each["nodes"]}


def test_a_run_of_the_twin_proposes_designs(organisation, twin, manager) -> None:
    done(start_proposing(twin, actor=manager))
    twin.refresh_from_db()
    assert twin.proposals
    client = organisation.client("risk_manager")
    assert twin.proposals[0]["reason"]["zh"] in client.get(
        reverse("studio:twin", args=[twin.code])
    ).content.decode().replace("&quot;", '"')
    client.post(reverse("studio:new_design", args=[twin.code]), {"proposal": "0"})
    assert TwinDesign.objects.get().changes == twin.proposals[0]["changes"]


def test_a_pilot_is_a_draft_that_a_second_person_puts_in_force(organisation, process, twin, manager) -> None:
    look = {"operator": "control", "steps": "处理", "name": "核对", "time": 2, "pool": "窗口"}
    risk = create_risk(
        unit=process.unit, title="漏派", category="process", source="report", actor=manager, process=process
    )
    made = create_design(
        twin,
        name="核对",
        actor=manager,
        changes=[look, {"operator": "remove", "steps": "派单"}],
        risks=[risk],
    )
    compared = start_comparison(twin, [made], actor=manager, most=10)
    done(compared.run)
    in_force = process.versions.get()
    piloted = start_pilot(made, seen=1, actor=manager)
    draft = piloted.draft
    assert (piloted.state, draft.status, draft.source) == ("pilot", "draft", "design")
    names = [node.name for node in draft.nodes.all()]
    assert "核对" in names
    assert "派单" not in names
    assert "登记" in names
    assert process.versions.get(status="in_force") == in_force
    assert Link.objects.filter(kind="tries_design", source_id=str(draft.pk)).count() == 1
    assert Link.objects.filter(kind="lowers", source_id=str(draft.pk), target_id=str(risk.pk)).exists()
    assert Link.objects.filter(kind="evidence_of", source_id=str(compared.run.pk)).exists()
    submit(draft, seen=1, actor=manager, reason="试点")
    draft.refresh_from_db()
    second = organisation.people["node_owner"]
    from anlan.web.people.services import assign_role

    assign_role(user=second, role="risk_manager", unit=organisation.north, actor=None)
    approve(draft, seen=draft.edit_version, actor=type(second).objects.get(pk=second.pk), reason="同意")
    piloted = TwinDesign.objects.select_related("draft").get(pk=made.pk)
    assert state_of(piloted) == "in_force"
    page = (
        organisation.client("risk_manager").get(reverse("studio:design", args=[made.code])).content.decode()
    )
    trail = page.split('id="trail"')[1].split("</section>")[0]
    for part in (risk.code, compared.code, compared.run.code, "试点", "同意", second.name, manager.name):
        assert part in trail
    told = AuditEvent.objects.filter(action__startswith="studio.design.").values_list("action", flat=True)
    assert set(told) == {"studio.design.create", "studio.design.pilot"}


def test_laps_and_waits_of_a_calibrated_twin_are_one_node_of_the_draft(organisation, process) -> None:
    twin = calibrated(process, organisation)
    known = design_of(process.versions.get())
    drafted = drafted_from(known, twin.inputs, twin.inputs)
    assert {step.key for step in known.steps} <= {step.key for step in drafted.steps}
    assert not any(step.name.startswith("⏲") for step in drafted.steps)
    assert not any("·" in step.name for step in drafted.steps)


def test_a_pilot_leaves_what_the_twin_does_not_know_and_changes_nothing_else() -> None:
    step, way = (lambda name: Step(name, name)), (lambda *ends: Way(*ends))
    names = ("取号", "受理", "缴费", "归档", "班前会")
    known = Design(tuple(map(step, names)), (way("取号", "受理"), way("受理", "缴费"), way("缴费", "归档")))
    before = {"steps": [{"name": name, "time": 1, "pool": "窗口"} for name in names[:3]],
              "pools": [{"name": "窗口", "people": 2}], "arrivals": [6]}  # fmt: skip
    more = before | {"pools": [{"name": "窗口", "people": 3}]}
    assert drafted_from(known, before, more) == known
    shorter = before | {"steps": [before["steps"][0], before["steps"][2]]}
    drafted = drafted_from(known, before, shorter)
    assert [each.key for each in drafted.steps] == ["取号", "缴费", "归档", "班前会"]
    assert {(each.source, each.target) for each in drafted.links} == {("取号", "缴费"), ("缴费", "归档")}


def test_a_design_says_which_risks_it_is_to_lower(organisation, process, twin, manager) -> None:
    risk = create_risk(unit=process.unit, process=process, title="错派", category="process", source="report",
                       actor=manager)  # fmt: skip
    made = create_design(twin, name="核对", actor=manager)
    organisation.client("risk_manager").post(
        reverse("studio:design", args=[made.code]),
        {"do": "facts", "seen": "1", "name": "核对", "note": "", "risk": [risk.code]},
    )
    assert list(made.risks.all()) == [risk]


def test_states_go_where_they_can(organisation, twin, manager) -> None:
    made = create_design(twin, name="核对", actor=manager)
    client, address = organisation.client("risk_manager"), reverse("studio:design", args=[made.code])
    client.post(address, {"do": "move:proposed", "seen": "1"})
    assert client.post(address, {"do": "move:in_force", "seen": "2"}).status_code == 422
    client.post(address, {"do": "move:dropped", "seen": "2"})
    made.refresh_from_db()
    assert made.state == "dropped"
    assert client.post(address, {"do": "facts", "seen": "3", "name": "x"}).status_code == 422


def test_a_redesign_is_begun_at_a_node_of_the_map(organisation, process, twin, manager) -> None:
    client = organisation.client("risk_manager", language="en")
    page = client.get(reverse("catalog:process", args=[process.code]), {"node": "审核"}).content.decode()
    begin = reverse("studio:begin_design", args=[twin.code])
    assert f'action="{begin}"' in page
    assert '<option value="staff">' in page
    answer = client.post(begin, {"node": "审核", "operator": "staff"})
    made = TwinDesign.objects.get()
    assert answer.url.startswith(reverse("studio:design", args=[made.code]))
    asked = client.get(answer.url.removesuffix("#add")).content.decode()
    assert '<option value="审核员" selected>' in asked
    assert made.origin["nodes"] == ["审核"]
    assert "Begun on the process map" in asked
    client.post(begin, {"node": "审核", "operator": "staff"})
    assert TwinDesign.objects.count() == 2
    client.post(begin, {"node": "处理", "operator": "staff"})
    assert TwinDesign.objects.count() == 2


def test_who_may_not_change_designs_is_offered_none_on_the_map(organisation, process, twin) -> None:
    page = organisation.client("executive").get(
        reverse("catalog:process", args=[process.code]), {"node": "审核"}
    )
    assert "studio" not in page.content.decode().split('id="node-panel"')[1].split("</aside>")[0]

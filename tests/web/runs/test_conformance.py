"""The page of conformance: the log against the version in force, drafts from the log, candidates."""

from itertools import pairwise

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from anlan.domain.design import Design, Link, Step
from anlan.domain.errors import UsageError
from anlan.web.catalog.drafting import design_of, in_force
from anlan.web.catalog.services import draft_design, replace_in_force
from anlan.web.risks.models import Candidate
from anlan.web.runs.conformance.services import find_draft, hold_against_force
from anlan.web.runs.conformance.shown import deviations_of, page_of
from anlan.web.runs.models import Run
from anlan.web.runs.services import recompute_run

STEPS = ("登记", "审核", "派单", "签收", "处理", "关闭")


@pytest.fixture
def manager(organisation):
    return organisation.people["risk_manager"]


@pytest.fixture
def designed(process, manager):
    """The hall's process as designed: with a step the log never has, and no repeated check."""
    steps = tuple(Step(name, name, {"审核": "Check"}.get(name, ""), role="前台") for name in STEPS)
    design = Design(steps, tuple(Link(a, b) for a, b in pairwise(STEPS)))
    version = draft_design(process, design, source="drawn", actor=manager)
    replace_in_force(version, actor=manager)
    return process


def test_deviations_stand_on_the_page_and_on_the_map(organisation, designed, manager) -> None:
    run = hold_against_force(designed, actor=manager)
    assert (run.state, run.error) == (Run.State.DONE, None)
    page = page_of(designed, manager)
    seen = {(d["kind"], d["activity"], d["cases"]) for d in page.deviations}
    assert seen == {("inserted", "审核", 30), ("skipped", "签收", 120)}
    assert page.lists == [("unrecorded", ["签收"])]
    assert not page.outdated
    assert deviations_of(designed) == {"审核": 0.25, "签收": 1.0}
    client = organisation.client("risk_manager")
    shown = client.get(reverse("runs:conformance", args=[designed.code])).content.decode()
    assert "签收" in shown
    assert "web.conformance" not in shown
    overlaid = client.get(reverse("catalog:process", args=[designed.code]) + "?overlay=deviation")
    assert "25.0%" in overlaid.content.decode()


@pytest.mark.parametrize(("language", "said"), [("zh-hans", "直接跟随图"), ("en", "directly-follows graph")])
def test_a_sketch_of_what_follows_what_is_called_so_and_a_sound_model_is_proposed(
    organisation, process, manager, language, said
) -> None:
    ways = [*pairwise(STEPS), ("审核", "登记"), ("登记", "派单")]
    design = Design(tuple(Step(n, n) for n in STEPS), tuple(Link(a, b) for a, b in ways))
    replace_in_force(draft_design(process, design, source="log", actor=manager), actor=manager)
    hold_against_force(process, actor=manager)
    assert page_of(process, manager).model_kind == "ways"
    client = organisation.client("risk_manager", language=language)
    page = client.get(reverse("runs:conformance", args=[process.code])).content.decode()
    assert said in page
    notice = page.split('id="model-kind"')[1].split('<div class="grid">')[0]
    assert reverse("runs:find_draft", args=[process.code]) in notice


def test_a_model_in_which_each_step_follows_one_other_is_no_sketch(organisation, designed, manager) -> None:
    hold_against_force(designed, actor=manager)
    assert page_of(designed, manager).model_kind == "sound"
    client = organisation.client("risk_manager")
    assert (
        'id="model-kind"'
        not in client.get(reverse("runs:conformance", args=[designed.code])).content.decode()
    )


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_page_speaks_both_languages_before_and_after(organisation, designed, manager, language) -> None:
    client = organisation.client("risk_manager")
    address = reverse("runs:conformance", args=[designed.code])
    before = client.get(address, headers={"accept-language": language}).content.decode()
    hold_against_force(designed, actor=manager)
    after = client.get(address, headers={"accept-language": language}).content.decode()
    for page in (before, after):
        assert "web." not in page.split("<main")[1].split("</main>")[0].replace("www.", "")


def test_a_run_gives_the_same_bytes_again(designed, manager) -> None:
    run = hold_against_force(designed, actor=manager)
    recompute_run(run, actor=manager)
    run.refresh_from_db()
    assert run.verified is True


def test_a_later_version_makes_what_is_shown_outdated(designed, manager) -> None:
    hold_against_force(designed, actor=manager)
    version = in_force(designed)
    version.nodes.filter(key="签收").delete()
    assert page_of(designed, manager).outdated


def test_the_same_design_drawn_otherwise_is_not_outdated(designed, manager) -> None:
    run = hold_against_force(designed, actor=manager)
    run.parameters = {
        **run.parameters,
        "model": run.parameters["model"].replace("waypoint x=", "waypoint  x="),
    }
    run.save()
    assert "waypoint  x=" in run.parameters["model"]
    assert not page_of(designed, manager).outdated


def test_without_a_version_in_force_nothing_is_held_against_one(process, manager) -> None:
    process.versions.update(status="draft")
    with pytest.raises(UsageError, match="model_missing"):
        hold_against_force(process, actor=manager)


def test_a_discovery_becomes_a_draft_that_keeps_what_is_known_of_nodes(designed, manager) -> None:
    before = designed.versions.count()
    run = find_draft(designed, noise="0", actor=manager)
    assert (run.state, run.error) == (Run.State.DONE, None)
    draft = designed.versions.order_by("-number").first()
    assert designed.versions.count() == before + 1
    assert (draft.status, draft.source) == ("draft", "log")
    design = design_of(draft)
    assert {s.key for s in design.steps if s.kind == "task"} == set(STEPS) - {"签收"}
    assert design.step("审核").name_en == "Check"
    assert design.step("审核").role == "前台"
    assert run.figures["fitness"] == 1.0
    recompute_run(run, actor=manager)
    assert designed.versions.count() == before + 1


def test_who_may_not_edit_the_catalogue_finds_no_draft(organisation, designed) -> None:
    with pytest.raises(PermissionDenied):
        find_draft(designed, noise="0.2", actor=organisation.people["auditor"])


def test_deviations_become_candidates_of_the_triage(organisation, designed) -> None:
    client = organisation.client("risk_manager")
    answer = client.post(reverse("runs:take_deviations", args=[designed.code]))
    run = Run.objects.order_by("-id").first()
    assert answer.url == reverse("runs:run", args=[run.code])
    assert (run.study, run.state, run.error) == ("assess", Run.State.DONE, None)
    titles = list(Candidate.objects.filter(process=designed).values_list("title", flat=True))
    assert any("模型未安排之处多做" in title["zh"] for title in titles)

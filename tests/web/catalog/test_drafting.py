"""Drafts: copied, changed, taken back, submitted, and put in force by a second person."""

import pytest
from django.db import IntegrityError, transaction

from anlan.domain.design import Design, Link, Step
from anlan.domain.design.edits import add_step, change_step
from anlan.domain.errors import UsageError
from anlan.formats.bpmn import bpmn_bytes, read_bpmn
from anlan.web.catalog import drafting
from anlan.web.catalog.models import ProcessVersion
from anlan.web.catalog.services import create_process, draft_design, put_first_in_force, start_from_pack
from anlan.web.common.models import AuditEvent
from anlan.web.people.permissions import Refused

AB = Design((Step("a", "甲", owner="node_owner", sla_s=60), Step("b", "乙")), (Link("a", "b", 1.0, "总是"),))


@pytest.fixture
def manager(organisation):
    return organisation.people["risk_manager"]


@pytest.fixture
def process(organisation, manager):
    return start_from_pack(unit=organisation.north, pack="IT", actor=manager)


@pytest.fixture
def draft(process, manager) -> ProcessVersion:
    return draft_design(process, AB, source="drawn", actor=manager)


def added(name: str):
    return lambda design: add_step(design, Step("", name))


def changed(draft, edit, actor, seen: int, **more):
    return drafting.change(draft, edit, seen=seen, action="add", actor=actor, **more)


def refused(code: str):
    return pytest.raises(UsageError, match=code.replace(".", r"\."))


def actions() -> list[str]:
    return list(AuditEvent.objects.order_by("-seq").values_list("action", flat=True)[:3])


def test_a_design_is_kept_with_everything_it_says(draft) -> None:
    assert drafting.design_of(draft) == AB


def test_a_draft_begins_as_the_version_in_force(process, manager) -> None:
    made = drafting.draft_from_force(process, actor=manager, reason="改")
    assert (made.number, made.status, made.source, made.reason) == (2, "draft", "drawn", "改")
    assert drafting.design_of(made) == drafting.design_of(drafting.in_force(process))
    assert len(drafting.design_of(made).steps) > 3


def test_changes_are_taken_back_one_after_the_other_and_no_further(draft, manager) -> None:
    one = changed(draft, added("丙"), manager, 1, label="丙")
    two = changed(one, added("丁"), manager, 2)
    three = drafting.undo(two, seen=3, actor=manager)
    assert [s.key for s in drafting.design_of(three).steps] == ["a", "b", "丙"]
    four = changed(three, added("戊"), manager, 4)
    for seen in (5, 6):
        drafting.undo(four, seen=seen, actor=manager)
    assert drafting.design_of(draft) == AB
    with refused("web.nothing_to_undo"):
        drafting.undo(draft, seen=7, actor=manager)
    assert actions()[0] == "catalog.version.undo"


def test_twenty_changes_can_be_taken_back(draft, manager) -> None:
    for n in range(22):
        changed(draft, added(f"步{n}"), manager, n + 1)
    assert draft.edits.filter(before__isnull=False).count() == 20
    assert draft.edits.count() == 22


def test_a_change_that_changes_nothing_leaves_no_trace(draft, manager) -> None:
    before = AuditEvent.objects.count()
    assert changed(draft, lambda design: design, manager, 1).edit_version == 1
    assert (AuditEvent.objects.count(), draft.edits.count()) == (before, 0)


def test_the_second_of_two_editors_is_told_and_the_first_keeps_their_work(draft, manager) -> None:
    changed(draft, added("丙"), manager, 1)
    with refused("web.conflict"):
        changed(draft, added("丁"), manager, 1)
    assert [s.key for s in drafting.design_of(draft).steps] == ["a", "b", "丙"]


def test_an_edit_that_is_refused_leaves_the_draft_as_it_was(draft, manager) -> None:
    with refused("design.promise"):
        changed(draft, lambda d: change_step(d, "a", sla_s=-1), manager, 1)
    draft.refresh_from_db()
    assert (drafting.design_of(draft), draft.edit_version) == (AB, 1)


def test_a_submitted_version_is_put_in_force_by_a_second_person_alone(
    organisation, process, draft, manager
) -> None:
    sent = drafting.submit(draft, seen=1, actor=manager, reason="新办法")
    with refused("web.version_state"):
        changed(sent, added("丙"), manager, 2)
    with refused("web.author_approves"):
        drafting.approve(sent, seen=2, actor=manager, reason="好")
    with pytest.raises(Refused):
        drafting.approve(sent, seen=2, actor=organisation.people["node_owner"], reason="好")
    with refused("web.conflict"):
        drafting.approve(sent, seen=1, actor=organisation.people["executive"], reason="好")
    with refused("web.reason_missing"):
        drafting.approve(sent, seen=2, actor=organisation.people["executive"], reason=" ")
    drafting.approve(sent, seen=2, actor=organisation.people["executive"], reason="同意")
    now = drafting.in_force(process)
    assert (now, now.approved_by, now.decision) == (draft, organisation.people["executive"], "同意")
    assert process.versions.get(number=1).status == "retired"
    assert actions()[:2] == ["catalog.version.in_force", "catalog.version.submit"]
    assert AuditEvent.objects.latest("seq").payload["reason"] == "同意"


def test_whoever_changed_a_draft_does_not_put_it_in_force(organisation, draft, manager) -> None:
    owner = organisation.people["node_owner"]
    second = changed(draft, added("丙"), owner, 1)
    sent = drafting.submit(second, seen=2, actor=owner, reason="改好了")
    with refused("web.author_approves"):
        drafting.approve(sent, seen=3, actor=manager, reason="好")
    assert drafting.hands_in(sent) == {owner.pk, manager.pk}


def test_a_version_sent_back_can_be_changed_and_submitted_again(organisation, draft, manager) -> None:
    executive = organisation.people["executive"]
    sent = drafting.submit(draft, seen=1, actor=manager, reason="新办法")
    back = drafting.send_back(sent, seen=2, actor=executive, reason="缺时限")
    assert (back.status, back.decision, back.submitted_by) == ("draft", "缺时限", None)
    again = drafting.submit(changed(back, added("丙"), manager, 3), seen=4, actor=manager, reason="补上")
    assert drafting.approve(again, seen=5, actor=executive, reason="好").status == "in_force"


def test_whoever_submitted_takes_it_back_but_another_editor_does_not(organisation, draft, manager) -> None:
    owner = organisation.people["node_owner"]
    sent = drafting.submit(changed(draft, added("丙"), owner, 1), seen=2, actor=owner, reason="x")
    assert drafting.send_back(sent, seen=3, actor=owner, reason="还要改").status == "draft"
    sent = drafting.submit(draft, seen=4, actor=manager, reason="y")
    with pytest.raises(Refused):
        drafting.send_back(sent, seen=5, actor=owner, reason="z")


def test_an_empty_draft_is_not_submitted(organisation, manager) -> None:
    process = create_process(unit=organisation.north, name="空", actor=manager)
    draft = drafting.draft_from_force(process, actor=manager)
    with refused("web.draft_empty"):
        drafting.submit(draft, seen=1, actor=manager, reason="x")


def test_only_a_first_version_of_log_or_pack_needs_no_second_person(
    organisation, process, draft, manager
) -> None:
    fresh = create_process(unit=organisation.north, name="新", actor=manager)
    with refused("web.second_person"):
        put_first_in_force(draft_design(fresh, AB, source="drawn", actor=manager), actor=manager)
    with refused("web.second_person"):
        put_first_in_force(draft_design(process, AB, source="pack", actor=manager), actor=manager)


def test_the_database_itself_refuses_one_person_for_both_steps(draft, manager) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        ProcessVersion.objects.filter(pk=draft.pk).update(submitted_by=manager, approved_by=manager)


def test_a_bpmn_draft_keeps_owners_and_pack_nodes_of_known_keys(process, manager) -> None:
    now = drafting.in_force(process)
    node = now.nodes.first()
    node.owner = manager
    node.save()
    found = read_bpmn(bpmn_bytes(drafting.design_of(now), name="x"), name="x.bpmn")
    made = drafting.draft_from_bpmn(process, found, actor=manager, file="x.bpmn")
    assert made.source == "bpmn"
    assert drafting.design_of(made) == drafting.design_of(now)


def test_somebody_of_another_unit_may_do_nothing(organisation, process, draft) -> None:
    outsider = organisation.outsider
    for deed in (
        lambda: drafting.draft_from_force(process, actor=outsider),
        lambda: changed(draft, added("丙"), outsider, 1),
        lambda: drafting.undo(draft, seen=1, actor=outsider),
        lambda: drafting.submit(draft, seen=1, actor=outsider, reason="x"),
        lambda: drafting.approve(draft, seen=1, actor=outsider, reason="x"),
        lambda: drafting.send_back(draft, seen=1, actor=outsider, reason="x"),
    ):
        with pytest.raises(Refused):
            deed()

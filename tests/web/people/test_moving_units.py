"""A unit under another parent: who sees what afterwards, and what is refused."""

import pytest

from anlan.domain.errors import RefusedInput
from anlan.web.common.models import AuditEvent
from anlan.web.people.models import Unit, User
from anlan.web.people.moving import move_unit, plan_move
from anlan.web.people.permissions import Refused, may
from anlan.web.people.services import assign_role, create_unit, create_user
from anlan.web.risks.models import Risk
from anlan.web.risks.services import create_risk, set_appetite
from anlan.web.risks.services.appetite import inherit_appetite
from anlan.web.risks.services.criteria import criteria_for, replace_criteria
from web.conftest import PASSWORD


@pytest.fixture
def boss(organisation) -> User:
    made = create_user(username="boss", name="沈安", password=PASSWORD, unit=organisation.root, actor=None)
    assign_role(user=made, role="administrator", unit=organisation.root, actor=None)
    return made


def fresh(user: User) -> User:
    return User.objects.get(pk=user.pk)


def test_the_new_place_decides_who_sees_what(organisation, boss) -> None:
    counter = create_unit(code="C", name="窗口", parent=organisation.hall, actor=None)
    manager, outsider = organisation.people["risk_manager"], organisation.outsider
    moved = move_unit(organisation.hall, organisation.south, actor=boss)
    counter.refresh_from_db()
    assert moved.path == f"{organisation.south.path}{moved.pk}/"
    assert counter.path == f"{moved.path}{counter.pk}/"
    for unit in (moved, counter):
        assert not may(fresh(manager), "risks.view", unit)
        assert may(fresh(outsider), "risks.view", unit)
    event = AuditEvent.objects.get(action="people.unit.move")
    assert event.payload["changes"] == {"parent": ["N", "S"], "units": [None, 2]}


def test_the_page_says_before_what_changes(organisation, boss) -> None:
    assign_role(user=organisation.people["expert"], role="expert", unit=organisation.hall, actor=None)
    client = organisation.client(boss)
    asked = f"/people/units/NH/move/?parent={organisation.south.pk}"
    page = client.get(asked)
    plan = page.context["plan"]
    assert {a.user.username for a in plan.gain} == {"outsider"}
    assert len(plan.lose) == 7
    assert all(a.unit == organisation.north for a in plan.lose), "roles in the hall itself stay"
    assert "不再看到这里的记录" in page.content.decode()
    assert Unit.objects.get(code="NH").parent == organisation.north, "looking moves nothing"
    assert client.post("/people/units/NH/move/", {"parent": organisation.south.pk}).status_code == 302
    assert Unit.objects.get(code="NH").parent == organisation.south


def test_what_would_break_the_tree_is_refused(organisation, boss) -> None:
    before = set(Unit.objects.values_list("code", "path"))
    with pytest.raises(RefusedInput, match="unit_cycle"):
        move_unit(organisation.north, organisation.hall, actor=boss)
    with pytest.raises(RefusedInput, match="unit_cycle"):
        move_unit(organisation.north, organisation.north, actor=boss)
    with pytest.raises(RefusedInput, match="unit_top"):
        move_unit(organisation.root, organisation.hall, actor=boss)
    with pytest.raises(RefusedInput, match="unit_there"):
        plan_move(organisation.hall, organisation.north, actor=boss)
    Unit.objects.filter(code="S").update(active=False)
    organisation.south.refresh_from_db()
    with pytest.raises(RefusedInput, match="unit_closed"):
        move_unit(organisation.hall, organisation.south, actor=boss)
    answer = organisation.client(boss).post("/people/units/N/move/", {"parent": organisation.hall.pk})
    assert answer.status_code == 422
    assert set(Unit.objects.values_list("code", "path")) == before, "nothing moved"


def test_both_ends_must_be_the_administrators_own(organisation) -> None:
    administrator = organisation.people["administrator"]  # of north
    with pytest.raises(Refused):
        move_unit(organisation.hall, organisation.south, actor=administrator)
    with pytest.raises(Refused):
        move_unit(organisation.north, organisation.south, actor=administrator)
    second = create_unit(code="N2", name="二", parent=organisation.north, actor=None)
    assert move_unit(organisation.hall, second, actor=administrator).parent == second


def test_what_is_tolerated_at_the_new_place_holds(organisation, boss) -> None:
    manager = organisation.people["risk_manager"]
    risk = create_risk(unit=organisation.hall, title="x", category="process", source="report", actor=manager)
    from anlan.web.risks.services import assess_by_scores

    assess_by_scores(risk, stage="current", likelihood=3, severity=3, rationale="x", actor=manager)
    level = Risk.objects.get().level_current
    set_appetite(unit=organisation.north, category="", highest_level=level, annual_loss=None, reason="x",
                 actor=manager)  # fmt: skip
    set_appetite(unit=organisation.south, category="", highest_level="low", annual_loss=None, reason="x",
                 actor=organisation.outsider)  # fmt: skip
    assert not Risk.objects.get().beyond_appetite
    move_unit(organisation.hall, organisation.south, actor=boss)
    assert Risk.objects.get().beyond_appetite


def with_own_levels(organisation, unit: Unit, actor: User) -> None:
    """Criteria whose levels are called otherwise, P0, P1 ..."""
    content = criteria_for(unit).content
    levels = [level | {"code": f"P{rank}"} for rank, level in enumerate(content["levels"])]
    replace_criteria(unit=unit, content=content | {"levels": levels}, name="own", actor=actor)


def test_a_unit_does_not_go_where_its_appetite_names_no_level(organisation, boss) -> None:
    manager = organisation.people["risk_manager"]
    given = {"category": "process", "highest_level": "low", "annual_loss": None, "reason": "x"}
    set_appetite(unit=organisation.hall, actor=manager, **given)
    with_own_levels(organisation, organisation.south, organisation.outsider)
    with pytest.raises(RefusedInput, match="level_at_new_place") as fault:
        plan_move(organisation.hall, organisation.south, actor=boss)
    assert fault.value.parameters["level"] == "low"
    assert "P0" in fault.value.parameters["known"]
    for language, words in (("zh-hans", "请在移动之前取消"), ("en", "Before the move")):
        client = organisation.client(boss, language=language)
        answer = client.post("/people/units/NH/move/", {"parent": organisation.south.pk})
        assert answer.status_code == 422
        assert words in answer.content.decode()
    assert Unit.objects.get(code="NH").parent == organisation.north
    inherit_appetite(unit=organisation.hall, category="process", reason="x", actor=manager)
    assert move_unit(organisation.hall, organisation.south, actor=boss).parent == organisation.south


def test_nor_with_criteria_of_its_own_under_an_appetite_in_other_words(organisation, boss) -> None:
    set_appetite(unit=organisation.south, category="", highest_level="low", annual_loss=None, reason="x",
                 actor=organisation.outsider)  # fmt: skip
    with_own_levels(organisation, organisation.hall, organisation.people["risk_manager"])
    with pytest.raises(RefusedInput, match="level_at_new_place"):
        move_unit(organisation.hall, organisation.south, actor=boss)
    set_appetite(unit=organisation.hall, category="", highest_level="P1", annual_loss=None, reason="x",
                 actor=organisation.people["risk_manager"])  # fmt: skip
    assert move_unit(organisation.hall, organisation.south, actor=boss).parent == organisation.south

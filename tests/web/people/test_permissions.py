"""A permission holds in the units below the one a role was given for, and nowhere else."""

import pytest
from django.core.exceptions import PermissionDenied

from anlan.web.common.models import AuditEvent
from anlan.web.people.models import Unit, User
from anlan.web.people.permissions import PERMISSIONS, built_in_roles, in_scope, may, require, units_of


def test_a_role_reaches_down_the_tree_not_up_or_across(organisation) -> None:
    manager = organisation.people["risk_manager"]
    assert may(manager, "risks.edit", organisation.north)
    assert may(manager, "risks.edit", organisation.hall)
    assert not may(manager, "risks.edit", organisation.root)
    assert not may(manager, "risks.edit", organisation.south)
    assert set(units_of(manager, "risks.edit")) == {organisation.north, organisation.hall}


def test_records_of_other_units_do_not_exist_for_an_outsider(organisation) -> None:
    people = User.objects.all()
    assert set(in_scope(people, organisation.outsider, "people.view").values_list("username", flat=True)) == {
        "outsider"
    }
    assert not in_scope(people, organisation.people["expert"], "people.view").exists()


def test_nobody_without_a_role_may_do_anything(organisation) -> None:
    nobody = User.objects.create(username="nobody", name="nobody", unit=organisation.north)
    assert not any(may(nobody, permission) for permission in PERMISSIONS)
    nobody = organisation.people["risk_manager"]
    nobody.is_active = False
    assert not any(may(nobody, permission) for permission in PERMISSIONS)


def test_a_path_is_not_a_prefix_of_another_number(organisation) -> None:
    """/1/2/ must not reach /1/21/."""
    manager = organisation.people["risk_manager"]
    other = Unit(path=organisation.north.path.rstrip("/") + "1/")
    assert not may(manager, "risks.edit", other)


def test_a_refusal_is_answered_403_and_stands_in_the_audit(organisation) -> None:
    with pytest.raises(PermissionDenied):
        require(organisation.people["expert"], "risks.approve", organisation.north)
    answer = organisation.client("expert").get("/processes/new/")
    assert answer.status_code == 403
    assert "权限" in answer.content.decode()
    refused = AuditEvent.objects.get(action="denied.catalog.edit")
    assert (refused.result, refused.actor) == ("denied", organisation.people["expert"])


def test_the_table_of_roles_knows_only_permissions_that_exist() -> None:
    for role in built_in_roles():
        assert set(role["permissions"]) <= set(PERMISSIONS), role["code"]
    granted = {permission for role in built_in_roles() for permission in role["permissions"]}
    assert granted >= {"risks.approve", "audit.view", "people.manage"}

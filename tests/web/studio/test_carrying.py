"""Designs come along to the next twin, and the page of a twin shows how it does."""

from typing import Any

import pytest
from django.urls import reverse

from anlan.domain.errors import AnlanError
from anlan.studies.twin.models import TwinModel
from anlan.studies.twin.simulate import SimulationAsked, simulate_model
from anlan.web.common.models import AuditEvent
from anlan.web.risks.services import create_risk
from anlan.web.runs.models import Run
from anlan.web.runs.results import result_of
from anlan.web.studio.models import TwinDesign
from anlan.web.studio.services.calibrating import start_simulation
from anlan.web.studio.services.designs import create_design, move_design
from anlan.web.studio.services.editing import edit_twin
from web.studio.given import INPUTS, done, small_twin

pytestmark = pytest.mark.django_db
MORE: dict[str, Any] = {"operator": "staff", "pool": "审核员", "people": 1, "yearly": 90_000}
FASTER: dict[str, Any] = {"operator": "automate", "steps": "登记", "factor": 0.5, "once": 20_000}


@pytest.fixture
def manager(organisation):
    return organisation.people["risk_manager"]


def _renamed(old: str, new: str) -> dict[str, Any]:
    """The inputs with a step of another name."""

    def said(value: Any) -> Any:
        if isinstance(value, dict):
            return {name: said(each) for name, each in value.items()}
        if isinstance(value, list):
            return [said(each) for each in value]
        return new if value == old else value

    found: dict[str, Any] = said(INPUTS)
    return found


def test_open_designs_come_along_and_those_that_no_longer_apply_say_why(
    organisation, process, manager
) -> None:
    twin = small_twin(process, organisation)
    risk = create_risk(
        unit=process.unit,
        title="漏填风险",
        category="process",
        source="report",
        actor=manager,
        process=process,
    )
    people = create_design(twin, name="加人", changes=[MORE], risks=[risk], note="先试", actor=manager)
    people = move_design(people, to="proposed", seen=1, actor=manager)
    quick = create_design(twin, name="自动登记", changes=[FASTER], actor=manager)
    quick = move_design(quick, to="proposed", seen=1, actor=manager)
    gone = create_design(twin, name="放弃的", changes=[MORE], actor=manager)
    move_design(gone, to="dropped", seen=1, actor=manager)

    made = edit_twin(twin, inputs=_renamed("登记", "受理"), seen=twin.number, actor=manager)

    carried = {each.name: each for each in made.designs.all()}
    assert set(carried) == {"加人", "自动登记"}
    assert (carried["加人"].state, carried["加人"].changes) == ("proposed", [MORE])
    assert (carried["加人"].note, list(carried["加人"].risks.all())) == ("先试", [risk])
    assert carried["加人"].carried_from == people
    assert carried["自动登记"].state == "draft"
    assert twin.designs.count() == 3
    with pytest.raises(AnlanError):
        move_design(carried["自动登记"], to="proposed", seen=1, actor=manager)
    page = organisation.client("risk_manager").get(reverse("studio:twin", args=[made.code])).content.decode()
    assert "不适用于这个孪生" in page
    assert page.count('class="not-applicable"') == 1
    assert AuditEvent.objects.filter(action="studio.design.carry").count() == 2


def test_a_program_reads_why_a_carried_design_does_not_apply(organisation, process, manager) -> None:
    twin = small_twin(process, organisation)
    create_design(twin, name="自动登记", changes=[FASTER], actor=manager)
    edit_twin(twin, inputs=_renamed("登记", "受理"), seen=twin.number, actor=manager)
    code = TwinDesign.objects.latest("id").code
    told = organisation.program("risk_manager").get(f"/api/v1/designs/{code}").json()
    assert told["differences"] == []
    assert any("登记" in said for said in told["faults"])
    assert told["carried_from"] == TwinDesign.objects.earliest("id").code


def test_the_page_of_a_twin_shows_the_figures_of_its_run_with_intervals(organisation, process) -> None:
    twin, client = small_twin(process, organisation, replications=4), organisation.client("risk_manager")
    address = reverse("studio:twin", args=[twin.code])
    assert "还没有运行" in client.get(address).content.decode()
    assert client.post(reverse("studio:simulate", args=[twin.code])).status_code == 302
    run = done(Run.objects.get(study="twin_simulation"))
    twin.refresh_from_db()
    assert twin.simulated_by == run
    alone = simulate_model(TwinModel(twin.inputs, seed=twin.seed), SimulationAsked())
    assert result_of(run)["cycle_s"] == alone["cycle_s"]
    page = client.get(address).content.decode()
    assert page.count('class="glance-figures"') == 1
    assert "平均办结时间" in page
    assert page.count("<meter") == len(twin.inputs["pools"])
    assert "还没有检验" in page or "verdict none" in page


def test_an_edit_on_the_page_starts_the_run_of_the_new_twin(organisation, process, manager) -> None:
    twin = small_twin(process, organisation)
    run = start_simulation(twin, actor=manager)
    assert run.parameters["twin"]["code"] == twin.code
    outsider = organisation.client(organisation.outsider)
    assert outsider.post(reverse("studio:simulate", args=[twin.code])).status_code == 404

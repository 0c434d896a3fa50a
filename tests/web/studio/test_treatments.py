"""Treatments of an assessment become designs of a twin by one click; what the twin cannot try is told."""

import json

import pytest
from django.urls import reverse

from anlan.web.risks.models import Candidate
from anlan.web.risks.services import accept
from anlan.web.runs.results import result_of
from anlan.web.runs.services import start_run
from anlan.web.studio.models import TwinDesign
from web.studio.given import INPUTS, done, repeating_process, small_twin

pytestmark = pytest.mark.django_db


@pytest.fixture
def assessed(organisation, tmp_path):
    """A process with an assessment of its log, and a twin that holds the first risk of a measure."""
    process = repeating_process(organisation, tmp_path)
    manager = organisation.people["risk_manager"]
    run = done(start_run(process=process, study="assess", parameters={}, actor=manager))
    result = result_of(run)
    measure = next(each for each in result["treatments"]["candidates"] if each["risks"])
    finding = next(each for each in result["risks"] if each["id"] == measure["risks"][0])
    held = {"name": finding["title"]["zh"], "step": "审核", "chance": 0.2, "delay": 30}
    twin = small_twin(process, organisation, risks=[*INPUTS["risks"], held])
    return twin, run, measure, finding


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_a_treatment_becomes_a_design_for_its_risk(organisation, assessed, language) -> None:
    twin, run, measure, finding = assessed
    candidate = Candidate.objects.get(process=twin.process, key=finding["id"])
    risk = accept(candidate, actor=organisation.people["risk_manager"])
    client = organisation.client("risk_manager", language=language)
    address = reverse("studio:treatments", args=[twin.code])
    assert (
        f"{address}?run={run.code}".replace("&", "&amp;")
        in client.get(reverse("runs:run", args=[run.code])).content.decode()
    )
    page = client.get(address).content.decode()
    assert measure["code"] in page
    assert "studio.treatment" not in page
    answer = client.post(address, {"run": run.code, "measure": measure["code"]})
    made = TwinDesign.objects.get()
    assert answer.url == reverse("studio:design", args=[made.code])
    change = made.changes[0]
    assert (change["operator"], change["risks"]) == ("treat", finding["title"]["zh"])
    left = change["factor"] * change.get("delay_factor", 1.0)
    strength = measure["strengths"][0]
    assert left == pytest.approx(1 - strength * (1 - measure["factor"]["estimate"]), rel=0.02)
    assert list(made.risks.all()) == [risk]
    assert (made.origin["source"], made.origin["run"]) == ("treatment", run.code)
    shown = client.get(answer.url).content.decode()
    assert run.code in shown
    assert client.post(address, {"run": run.code, "measure": measure["code"]}).status_code == 422


def test_what_the_twin_cannot_try_is_told(organisation, assessed) -> None:
    twin, run, measure, _ = assessed
    bare = small_twin(twin.process, organisation, risks=[])
    client = organisation.client("risk_manager")
    address = reverse("studio:treatments", args=[bare.code])
    assert "孪生中没有这个风险" in client.get(address).content.decode()
    answer = client.post(address, {"run": run.code, "measure": measure["code"]})
    assert answer.status_code == 422
    assert "无法试算" in answer.content.decode()
    assert client.post(address, {"run": run.code, "measure": "X"}).status_code == 422
    assert not TwinDesign.objects.exists()


def test_a_program_tries_treatments(organisation, assessed) -> None:
    twin, run, measure, _ = assessed
    client, address = organisation.client("risk_manager"), f"/api/v1/twins/{twin.code}/treatments"
    found = client.get(address).json()
    assert found["run"] == run.code
    assert next(each for each in found["treatments"] if each["code"] == measure["code"])["changes"]
    given = json.dumps({"run": run.code, "measure": measure["code"]})
    answer = client.post(address, given, content_type="application/json")
    assert answer.status_code == 201, answer.content
    assert answer.json()["operators"][0] == "treat"
    outsider = organisation.client(organisation.outsider)
    assert outsider.get(address).status_code == 404
    assert (
        organisation.client("auditor").post(address, given, content_type="application/json").status_code
        == 403
    )

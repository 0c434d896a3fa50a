"""Programs draw as people do: with versions, faults with their places, figures, files and calculations."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from anlan.studies.methods.explaining import EXAMPLES
from anlan.web.causes.models import CauseModel
from anlan.web.runs.models import Run

pytestmark = pytest.mark.django_db
MODELS = "/api/v1/cause-models"


@pytest.fixture
def program(organisation):
    return organisation.program("risk_manager")


def send(client, method: str, address: str, body: object, **headers: str):
    return getattr(client, method)(address, body, content_type="application/json", headers=headers)


def test_a_model_is_made_changed_from_the_version_seen_and_removed(program) -> None:
    made = send(program, "post", MODELS, {"method": "fault_tree", "title": "Counter down"})
    assert (made.status_code, made["Location"], made["ETag"]) == (201, f"{MODELS}/CM-0001", '"1"')
    assert [each["where"] for each in made.json()["to_correct"]] == ["gates[1].inputs", "events"]
    inputs = made.json()["inputs"]
    inputs["gates"][0]["inputs"] = ["power"]
    inputs["events"] = [{"name": "power", "probability": 0.25, "source": "meter"}]
    address = made["Location"]
    assert send(program, "patch", address, {"inputs": inputs}).status_code == 428
    changed = send(program, "patch", address, {"inputs": inputs}, **{"If-Match": '"1"'})
    assert (changed.status_code, changed["ETag"], changed.json()["faults"]) == (200, '"2"', 0)
    stale = send(program, "patch", address, {"title": "x"}, **{"If-Match": '"1"'})
    assert stale.status_code == 412
    figures = program.get(f"{address}/figures").json()
    assert figures["quantities"][0]["value"] == pytest.approx(0.25)
    assert program.delete(address).status_code == 428
    assert program.delete(address, headers={"If-Match": '"2"'}).status_code == 204
    assert not CauseModel.objects.exists()


def test_an_unfinished_model_has_no_figures_and_is_not_calculated(program) -> None:
    send(program, "post", MODELS, {"method": "bow_tie", "title": "x"})
    assert program.get(f"{MODELS}/CM-0001/figures").json()["held"]
    refused = send(program, "post", f"{MODELS}/CM-0001/calculate", {})
    assert refused.status_code == 422
    assert not Run.objects.exists()


def test_a_file_comes_in_is_seen_otherwise_calculated_and_goes_out(program) -> None:
    file = SimpleUploadedFile("tie.yaml", (EXAMPLES / "bow_tie.yaml").read_bytes())
    made = program.post(f"{MODELS}/files", {"file": file})
    assert (made.status_code, made.json()["method"], made.json()["faults"]) == (201, "bow_tie", 0)
    seen = program.get(f"{MODELS}/CM-0001/as/fault_tree?cause=专线中断").json()
    assert (seen["method"], seen["inputs"]["top"]) == ("fault_tree", "客户大面积接不通")
    assert program.get(f"{MODELS}/CM-0001/as/lopa").status_code == 422
    run = send(program, "post", f"{MODELS}/CM-0001/calculate", {})
    assert (run.status_code, run["Location"]) == (202, f"/api/v1/runs/{Run.objects.get().code}")
    assert program.get(f"{MODELS}/CM-0001").json()["runs"] == [Run.objects.get().code]
    out = program.get(f"{MODELS}/CM-0001/model.yaml")
    assert "专线中断" in out.content.decode()
    assert program.get(f"{MODELS}/CM-0001/model.xml").status_code == 422


@pytest.mark.parametrize(
    "body",
    [
        {"method": "fmea", "title": "x"},
        {"method": "fault_tree", "title": ""},
        {"method": "fault_tree", "title": "x", "inputs": {"gates": 1}},
        {"method": "fault_tree", "title": "x", "inputs": {"wings": []}},
        {"method": "fault_tree", "title": "x", "unit": "S"},
        {"method": "fault_tree", "title": "x", "risk": "R-9999"},
        {"method": "fault_tree", "title": "x", "way": "file"},
    ],
)
def test_what_cannot_be_a_model_is_refused(program, body) -> None:
    refused = send(program, "post", MODELS, body)
    assert refused.status_code == 422
    assert refused.json()["message"]
    assert not CauseModel.objects.exists()


def test_the_list_is_filtered(program) -> None:
    for method in ("fault_tree", "bow_tie"):
        send(program, "post", MODELS, {"method": method, "title": f"about {method}"})
    assert program.get(f"{MODELS}?method=bow_tie").json()["count"] == 1
    assert program.get(f"{MODELS}?q=about").json()["count"] == 2
    assert program.get(f"{MODELS}?risk=R-0001").json()["count"] == 0

"""Twins of a process: calibrated, read, described by hand; one in force; checked against a log."""

import json
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse

import anlan
from anlan.domain.design import Design, Link, Step
from anlan.formats.messages import messages
from anlan.studies.methods.spec import read_spec
from anlan.studies.twin.models import TwinModel
from anlan.studies.twin.simulate import SimulationAsked, simulate_model
from anlan.web.catalog.drafting import draft_from_discovery
from anlan.web.catalog.services import create_process, start_from_pack
from anlan.web.common.models import AuditEvent
from anlan.web.runs.models import Run
from anlan.web.studio.models import Twin
from anlan.web.studio.services.calibrating import start_validation
from anlan.web.studio.services.twins import document_of, put_in_force
from web.studio.given import calibrated, done, small_twin

pytestmark = pytest.mark.django_db


def test_a_calibration_becomes_a_twin_in_force_with_its_card(organisation, process) -> None:
    twin = calibrated(process, organisation)
    assert (twin.number, twin.in_force, twin.source) == (1, True, "log")
    assert twin.log == process.logs.get()
    assert twin.card["verdict"] in ("pass", "doubt", "fail")
    assert {row["activity"] for row in twin.told["steps"]} == {"登记", "审核", "派单", "处理", "关闭"}
    assert read_spec(document_of(twin)).given == twin.inputs
    assert AuditEvent.objects.filter(action="studio.twin.create").count() == 1


def test_the_next_twin_takes_the_place_of_the_one_in_force_and_that_can_be_undone(
    organisation, process
) -> None:
    first, second = small_twin(process, organisation), small_twin(process, organisation, promise=60)
    assert list(Twin.objects.filter(in_force=True)) == [second]
    assert second.number == 2
    put_in_force(first, actor=organisation.people["risk_manager"])
    assert list(Twin.objects.filter(in_force=True)) == [first]


def test_a_check_gives_a_twin_its_card(organisation, process) -> None:
    twin = calibrated(process, organisation)
    Twin.objects.filter(pk=twin.pk).update(card={}, checked_by=None)
    run = done(start_validation(twin, actor=organisation.people["risk_manager"]))
    twin.refresh_from_db()
    assert twin.checked_by == run
    assert twin.card["cases"] > 0
    assert run.input_sha256 == process.logs.get().sha256


def test_a_process_without_a_log_is_described_by_hand(organisation) -> None:
    manager = organisation.people["risk_manager"]
    hall = start_from_pack(unit=organisation.north, pack="PH", actor=manager)
    client, address = organisation.client("risk_manager"), reverse("studio:by_hand", args=[hall.code])
    nodes = list(hall.versions.get().nodes.all())
    given = {f"time.{n}": "pert 1 3 9" for n in range(len(nodes))}
    given |= {f"pool.{n}": "窗口" for n in range(len(nodes))} | {"people.0": "6", "arrivals": "5"}
    refused = client.post(address, given | {"time.1": ""})
    assert refused.status_code == 422
    assert f"节点第 2 行“{nodes[1].name}”、作业时间" in refused.content.decode()
    client.post(address, given | {"promise": "90"})
    twin = Twin.objects.get()
    assert twin.source == "hand"
    assert [row["name"] for row in twin.inputs["steps"]] == [node.name for node in nodes]
    assert twin.inputs["pools"] == [{"name": "窗口", "people": 6}]
    assert client.get(reverse("studio:twin", args=[twin.code])).status_code == 200


def test_a_process_without_steps_says_where_to_draw_them(organisation) -> None:
    manager = organisation.people["risk_manager"]
    bare = create_process(unit=organisation.north, name="空", actor=manager)
    answer = organisation.client("risk_manager").get(reverse("studio:by_hand", args=[bare.code]))
    assert answer.status_code == 422
    assert "版本" in answer.content.decode()


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_pages_say_where_numbers_come_from(organisation, process, language) -> None:
    twin = calibrated(process, organisation)
    client = organisation.client("risk_manager", language=language)
    for address in (reverse("studio:processes"), reverse("studio:process", args=[process.code])):
        assert twin.code in client.get(address).content.decode()
    page = client.get(reverse("studio:twin", args=[twin.code])).content.decode()
    for part in ('id="map"', 'id="steps"', 'id="ways"', 'id="trust"'):
        assert part in page
    assert "studio." not in page
    run = client.get(reverse("runs:run", args=[twin.run.code])).content.decode()
    assert reverse("studio:twin", args=[twin.code]) in run
    assert "?like=" not in run


def test_files_of_a_twin(organisation, process) -> None:
    twin, client = small_twin(process, organisation), organisation.client("risk_manager")
    assert client.get(reverse("studio:map_file", args=[twin.code, "png"])).content.startswith(b"\x89PNG")
    assert b"var(--" not in client.get(reverse("studio:map_file", args=[twin.code, "svg"])).content
    table = client.get(reverse("studio:tables_file", args=[twin.code])).content.decode()
    assert "审核,登记,10" in table
    assert AuditEvent.objects.filter(action="studio.twin.export").count() == 3


def test_a_calibration_without_a_log_says_so(organisation) -> None:
    manager = organisation.people["risk_manager"]
    bare = create_process(unit=organisation.north, name="空", actor=manager)
    answer = organisation.client("risk_manager").post(reverse("studio:calibrate", args=[bare.code]), {})
    assert answer.status_code == 422
    assert not Run.objects.exists()


def _gate(name: str, form: str) -> Step:
    return Step(name, name, "", "gateway", form)


def test_gateways_of_all_kinds_are_described_by_hand(organisation) -> None:
    """With equal times the case takes: register 2, both ways at once 10, then half of them 4 more."""
    manager = organisation.people["risk_manager"]
    process = create_process(unit=organisation.north, name="门", actor=manager)
    steps = [Step("登记", "登记"), _gate("同开", "and"), Step("甲", "甲"), Step("乙", "乙"),
             _gate("同合", "and"), _gate("任开", "or"), Step("丙", "丙"), Step("丁", "丁"),
             _gate("任合", "or"), _gate("择", "xor"), Step("戊", "戊"),
             Step("完", "完", "", "event", "end")]  # fmt: skip
    links = [("登记", "同开"), ("同开", "甲"), ("同开", "乙"), ("甲", "同合"), ("乙", "同合"),
             ("同合", "任开"), ("任开", "丙"), ("任开", "丁"), ("丙", "任合"), ("丁", "任合"),
             ("任合", "择"), ("择", "戊"), ("择", "完"), ("戊", "完")]  # fmt: skip
    design = Design(tuple(steps), tuple(Link(*ends) for ends in links))
    draft_from_discovery(process, design, actor=manager, reason="门")
    client, address = organisation.client("risk_manager"), reverse("studio:by_hand", args=[process.code])
    page = client.get(address).content.decode()
    assert page.count('name="share.') == 4
    given = {f"time.{n}": time for n, time in enumerate(("2", "10", "6", "0", "0", "4"))} | {"arrivals": "20"}
    refused = client.post(address, given)
    assert "任开" in refused.content.decode()
    assert refused.status_code == 422
    client.post(address, given | {"share.0": "1", "share.1": "0.3", "share.2": "0.5"})
    twin = Twin.objects.get()
    kinds = {row["name"]: row.get("kind", "task") for row in twin.inputs["steps"]}
    assert [kinds[name] for name in ("同开", "同合", "任开", "任合", "择")] == [
        "split", "join", "some", "join", "choice"
    ]  # fmt: skip
    result = simulate_model(TwinModel(twin.inputs), SimulationAsked(replications=10))
    low, high = result["cycle_s"]["ci95"]
    assert low <= (2 + 10 + 0.5 * 4) * 60 <= high


@pytest.mark.parametrize("language", ["zh", "en"])
def test_what_a_calibration_tells_of_a_time_has_its_word_on_the_page(language: str) -> None:
    schema = Path(anlan.__file__).parent / "schemas" / "twin-1.schema.json"
    codes = _values_of(json.loads(schema.read_text(encoding="utf-8")), "time_is")
    assert {"work", "elapsed", "open"} <= codes
    assert {code for code in codes if f"web.studio.time_is.{code}" not in messages(language)} == set()


def _values_of(schema: Any, name: str) -> set[str]:
    """Codes that a schema accepts for a field of that name, wherever it stands."""
    found: set[str] = set()
    if isinstance(schema, dict):
        found |= set(schema.get("properties", {}).get(name, {}).get("enum", ()))
        schema = list(schema.values())
    if isinstance(schema, list):
        for each in schema:
            found |= _values_of(each, name)
    return found

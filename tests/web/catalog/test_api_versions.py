"""Versions for programs: drafted, replaced, compared, submitted, approved, in and out as BPMN."""

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile

from anlan.formats.bpmn import read_bpmn
from anlan.web.catalog.services import start_from_pack
from formats.bpmn.samples import CAMUNDA

NODES = [
    {"name": "受理", "role": "前台", "sla_s": 600, "owner": "node_owner"},
    {"key": "g", "name": "齐全？", "kind": "gateway"},
    {"name": "办结", "kind": "event", "form": "end"},
]
FLOWS = [
    {"source": "受理", "target": "g"},
    {"source": "g", "target": "办结", "probability": 0.8, "condition": "齐"},
    {"source": "g", "target": "受理", "probability": 0.1},
]


@pytest.fixture
def place(organisation) -> str:
    cache.clear()
    process = start_from_pack(unit=organisation.north, pack="IT", actor=organisation.people["risk_manager"])
    return f"/api/v1/processes/{process.code}"


def posted(program, address: str, content: dict):
    return program.post(address, content, content_type="application/json")


def test_a_draft_of_nodes_and_flows_is_shown_with_its_doubts(organisation, place) -> None:
    made = posted(organisation.program("risk_manager"), f"{place}/versions", {"nodes": NODES, "flows": FLOWS})
    assert (made.status_code, made["Location"]) == (201, f"{place}/versions/2")
    shown = made.json()
    assert (shown["status"], shown["edit_version"], made["ETag"]) == ("draft", 1, '"1"')
    assert [(n["key"], n["kind"], n["form"]) for n in shown["nodes"]] == [
        ("受理", "task", ""), ("g", "gateway", "xor"), ("办结", "event", "end")
    ]  # fmt: skip
    assert shown["nodes"][0]["owner"]["username"] == "node_owner"
    assert shown["flows"][1] == {"source": "g", "target": "办结", "probability": 0.8, "condition": "齐"}
    assert [(d["code"], d["nodes"], round(d["total"], 6)) for d in shown["doubts"]] == [
        ("probabilities", ["g"], 0.9)
    ]


def test_a_copy_of_the_version_in_force_is_replaced_under_the_etag_seen(organisation, place) -> None:
    program = organisation.program("risk_manager")
    copy = posted(program, f"{place}/versions", {"reason": "改"}).json()
    in_force = program.get(f"{place}/versions/1").json()
    assert [n["key"] for n in copy["nodes"]] == [n["key"] for n in in_force["nodes"]]
    content = {"nodes": NODES, "flows": FLOWS}
    address, kind = f"{place}/versions/2", "application/json"
    done = program.patch(address, content, content_type=kind, headers={"If-Match": '"1"'})
    assert (done.status_code, done["ETag"], len(done.json()["nodes"])) == (200, '"2"', 3)
    stale = program.patch(address, content, content_type=kind, headers={"If-Match": '"1"'})
    assert stale.status_code == 412
    assert program.patch(address, content, content_type=kind).status_code == 428
    changes = program.get(f"{address}/changes").json()
    assert changes["against"] == 1
    assert {c["code"] for c in changes["changes"]} == {"added", "removed", "link_added", "link_removed"}
    assert program.get(f"{address}/changes?against=2").json()["changes"] == []
    assert program.get(f"{address}/changes?against=9").status_code == 404


def test_a_draft_comes_in_force_by_a_second_person(organisation, place) -> None:
    manager, executive = organisation.program("risk_manager"), organisation.program("executive")
    posted(manager, f"{place}/versions", {"nodes": NODES, "flows": FLOWS})
    sent = posted(manager, f"{place}/versions/2/submit", {"edit_version": 1, "reason": "新办法"})
    assert (sent.status_code, sent.json()["status"], sent["ETag"]) == (200, "submitted", '"2"')
    own = posted(manager, f"{place}/versions/2/approve", {"edit_version": 2, "reason": "好"})
    assert (own.status_code, own.json()["code"]) == (409, "web.author_approves")
    back = posted(executive, f"{place}/versions/2/return", {"edit_version": 2, "reason": "缺"})
    assert (back.json()["status"], back.json()["decision"]) == ("draft", "缺")
    again = posted(manager, f"{place}/versions/2/submit", {"edit_version": 3, "reason": "补"})
    early = posted(executive, f"{place}/versions/2/approve", {"edit_version": 3, "reason": "好"})
    assert (again.status_code, early.status_code) == (200, 409)
    done = posted(executive, f"{place}/versions/2/approve", {"edit_version": 4, "reason": "好"}).json()
    assert (done["status"], done["approved_by"]["username"]) == ("in_force", "executive")
    assert [v["status"] for v in manager.get(f"{place}/versions").json()["items"]] == ["in_force", "retired"]


def test_bpmn_comes_in_with_notes_and_goes_out_whole(organisation, place) -> None:
    program = organisation.program("risk_manager")
    made = program.post(f"{place}/bpmn", {"file": SimpleUploadedFile("hall.bpmn", CAMUNDA)})
    assert (made.status_code, made["Location"]) == (201, f"{place}/versions/2")
    assert made.json()["version"]["source"] == "bpmn"
    flows = next(n for n in made.json()["notes"] if n["code"] == "message_flow")
    assert (flows["found"], flows["message"].isascii()) == (["来电"], False)
    out = program.get(f"{place}/versions/2/version.bpmn")
    assert out["Content-Disposition"].endswith('-v2.bpmn"')
    names = [step.name for step in read_bpmn(out.content, name="x").design.steps]
    assert names == [node["name"] for node in made.json()["version"]["nodes"]]


@pytest.mark.parametrize(
    ("content", "status", "field"),
    [
        ({"nodes": [{"name": "a", "kind": "x"}]}, 422, "nodes.0.kind"),
        ({"nodes": [{"name": "a", "owner": "nobody"}]}, 422, "owner"),
        ({"nodes": [{"name": "a", "form": "xor"}]}, 422, ""),
        ({"nodes": [{"name": "a"}, {"name": "a"}]}, 422, ""),
        ({"nodes": [{"name": "a"}], "flows": [{"source": "a", "target": "b"}]}, 422, ""),
        ({"nodes": [{"name": "a"}], "flows": [{"source": "a", "target": "a", "probability": 2}]}, 422,
         "flows.0.probability"),
    ],
)  # fmt: skip
def test_content_that_cannot_be_kept_is_refused_by_name(organisation, place, content, status, field) -> None:
    program = organisation.program("risk_manager")
    answer = posted(program, f"{place}/versions", content)
    assert (answer.status_code, list(answer.json()["fields"])) == (status, [field] if field else [])
    assert program.get(f"{place}/versions").json()["count"] == 1


def test_a_bad_bpmn_file_makes_no_draft(organisation, place) -> None:
    program = organisation.program("risk_manager")
    for name, content, code in (("a.exe", b"x", "upload.ending"), ("a.bpmn", b"<x/>", "bpmn.not_bpmn")):
        answer = program.post(f"{place}/bpmn", {"file": SimpleUploadedFile(name, content)})
        assert (answer.status_code, answer.json()["code"]) == (422, code)
    assert program.get(f"{place}/versions").json()["count"] == 1

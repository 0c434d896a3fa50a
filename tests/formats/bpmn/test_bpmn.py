"""BPMN files: written and read back the same, read from other tools, refused where they are no process."""

import string
import xml.etree.ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anlan.domain.design import FORMS, KINDS, Design, Link, Step
from anlan.domain.errors import RefusedInput
from anlan.formats.bpmn import bpmn_bytes, read_bpmn
from anlan.formats.bpmn import guarded_xml as limits
from anlan.formats.messages import messages
from formats.bpmn.samples import BPMN_IO, CAMUNDA, SIGNAVIO, file

HALL = Design(
    (
        Step("s", "来人", "Arrival", kind="event", form="start"),
        Step("受理", "受理 & <登记>", role="前台", channel="柜台", sla_s=1800, criticality=4, sop="一\n二"),
        Step("g", "齐全？", kind="gateway", form="xor"),
        Step("w", "等补件", kind="wait", role="前台"),
        Step("h", "移交", kind="handover", role="后台"),
        Step("p", "并行", kind="gateway", form="and"),
        Step("i", "中间", kind="event"),
        Step("e", "办结", kind="event", form="end"),
    ),
    (
        Link("s", "受理"), Link("受理", "g"), Link("g", "h", 0.7, "齐全"), Link("g", "w", 0.3, '缺 "证件"'),
        Link("w", "受理"), Link("h", "p"), Link("p", "i"), Link("i", "e"), Link("受理", "受理"),
    ),
)  # fmt: skip


def read(content: bytes):
    return read_bpmn(content, name="x.bpmn")


def notes(found) -> dict[str, list[str]]:
    by_code: dict[str, list[str]] = {}
    for note in found.notes:
        by_code.setdefault(note.code, []).append(note.what)
    return by_code


def by_name(design: Design) -> set[tuple[str, str]]:
    names = {step.key: step.name for step in design.steps}
    return {(names[link.source], names[link.target]) for link in design.links}


def test_what_is_written_is_read_back_the_same_and_nothing_but_the_layout_is_lost() -> None:
    found = read(bpmn_bytes(HALL, name="营业厅"))
    assert (found.name, found.design) == ("营业厅", HALL)
    assert notes(found) == {"diagram": ["bpmndi:BPMNDiagram"]}


_words = st.text(string.ascii_letters + "办理<>&\"' ", min_size=1, max_size=12).map(
    lambda text: " ".join(text.split()) or "x"
)


@st.composite
def designs(draw) -> Design:
    n = draw(st.integers(1, 8))
    steps = []
    for i in range(n):
        kind = draw(st.sampled_from(KINDS))
        steps.append(
            Step(
                f"{draw(_words)} {i}", draw(_words), draw(_words), kind,
                draw(st.sampled_from(FORMS.get(kind, ("",)))), draw(st.sampled_from(["", "前台", "b & c"])),
                draw(_words), draw(st.none() | st.integers(1, 10**9)), draw(st.none() | st.integers(1, 5)),
            )
        )  # fmt: skip
    pairs = draw(st.lists(st.tuples(st.integers(0, n - 1), st.integers(0, n - 1)), unique=True, max_size=14))
    return Design(tuple(steps), tuple(
        Link(steps[u].key, steps[v].key, draw(st.none() | st.floats(0, 1)), draw(st.just("") | _words))
        for u, v in pairs
    ))  # fmt: skip


@given(designs())
def test_any_design_survives_the_way_there_and_back(design: Design) -> None:
    assert read(bpmn_bytes(design, name="n")).design == design


def test_the_diagram_has_a_place_for_every_step_and_two_points_for_every_flow() -> None:
    root = ET.fromstring(bpmn_bytes(HALL, name="x"))
    drawn = {e.get("bpmnElement"): e for e in root.iter() if e.get("bpmnElement")}
    elements = {e.get("id") for e in root.iter() if e.get("sourceRef")} | {f"step_{i}" for i in range(1, 9)}
    assert elements <= drawn.keys()
    boxes = [e for e in root.iter() if e.tag.endswith("Bounds")]
    places = [tuple(float(b.get(k)) for k in ("x", "y", "width", "height")) for b in boxes]
    assert min(min(x, y) for x, y, *_ in places) >= 0
    for i, (x, y, w, h) in enumerate(places):
        for a, b, c, d in places[i + 1 :]:
            assert x + w <= a or a + c <= x or y + h <= b or b + d <= y
    assert all(len(e) >= 2 for e in root.iter() if e.tag.endswith("BPMNEdge"))


def test_a_camunda_file_gives_roles_conditions_and_names_all_it_leaves_out() -> None:
    found = read(CAMUNDA)
    assert found.name == "营业厅"
    assert [s.name for s in found.design.steps] == ["来人", "受理 登记", "齐全?", "处理", "办结"]
    assert [s.role for s in found.design.steps] == ["前台", "前台", "前台", "后台", ""]
    assert found.design.step("受理 登记").sop == "看证件"
    assert found.design.link("齐全?", "处理").condition == "是"
    assert notes(found) == {
        "message_flow": ["bpmn:messageFlow"], "pool": ["bpmn:participant"], "diagram": ["bpmndi:BPMNDiagram"],
        "extension": ["@camunda:historyTimeToLive", "@camunda:assignee", "camunda:formData"],
        "default_flow": ["bpmn:exclusiveGateway/@default"], "expression": ["bpmn:conditionExpression"],
        "unread": ["bpmn:dataObjectReference"],
    }  # fmt: skip


def test_a_sub_process_is_laid_open_between_its_neighbours() -> None:
    found = read(SIGNAVIO)
    assert found.name == "报修"
    assert by_name(found.design) == {
        ("sid-2", "到场"), ("到场", "修复"), ("修复", "sid-4"), ("sid-4", "回访"), ("sid-4", "归档"),
        ("回访", "结束"), ("归档", "结束"), ("到场", "超时"), ("超时", "结束"),
    }  # fmt: skip
    assert found.design.step("sid-4").form == "and"
    assert notes(found) == {
        "extension": ["signavio:signavioDiagramMetaData"], "flattened": ["bpmn:subProcess"],
        "simplified": ["bpmn:boundaryEvent"], "event_definition": ["bpmn:timerEventDefinition"],
        "unread": ["bpmn:ioSpecification", "bpmn:textAnnotation"],
    }  # fmt: skip


def test_names_that_stand_twice_keep_their_ids_and_doubled_flows_are_joined() -> None:
    found = read(BPMN_IO)
    assert [s.key for s in found.design.steps] == [
        "StartEvent_1", "Activity_1", "Gateway_1", "Wait a day", "Activity_2", "Done"
    ]  # fmt: skip
    assert found.design.step("Wait a day").kind == "wait"
    assert found.design.link("Gateway_1", "Wait a day").condition == "late / by post"
    assert notes(found) == {"parallel_flow": ["bpmn:sequenceFlow"], "flow_nowhere": ["bpmn:sequenceFlow"]}


def test_the_larger_of_two_processes_is_read_and_the_other_named() -> None:
    body = '<bpmn:process id="a" name="小"><bpmn:task id="t"/></bpmn:process>' + (
        '<bpmn:process id="b" name="大"><bpmn:task id="u"/><bpmn:task id="v"/></bpmn:process>'
    )
    found = read(file(body))
    assert found.name == "大"
    assert [(n.code, n.found) for n in found.notes] == [("other_process", ("小",))]


def test_elements_of_unknown_namespaces_are_named_and_never_read() -> None:
    strange = '<x:task xmlns:x="urn:strange" id="y" name="Y"/>'
    found = read(file(f'<bpmn:process id="p"><bpmn:task id="t"/>{strange}</bpmn:process>'))
    assert [s.key for s in found.design.steps] == ["t"]
    assert [(n.code, n.what, n.found) for n in found.notes] == [("foreign", "{urn:strange}task", ("Y",))]


_TASK = '<bpmn:process id="p"><bpmn:task id="t" name="x"/></bpmn:process>'
_LAUGHS = b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>'
_MANY = "".join(f'<bpmn:task id="t{i}"/>' for i in range(1001))


def _multiplied() -> bytes:
    """Two sub-processes whose entries and exits would make half a million links of one."""

    def inner(n: int) -> str:
        return "".join(f'<bpmn:task id="{n}_{i}"/>' for i in range(450))

    subs = "".join(f'<bpmn:subProcess id="s{n}">{inner(n)}</bpmn:subProcess>' for n in (1, 2))
    return file(
        f'<bpmn:process id="p">{subs}<bpmn:sequenceFlow id="f" sourceRef="s1" targetRef="s2"/></bpmn:process>'
    )


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "bpmn.empty"),
        (b"   \n", "bpmn.empty"),
        (b"\x89PNG\r\n", "bpmn.not_xml"),
        (file(_TASK)[:-20], "bpmn.not_xml"),
        (file(_TASK).replace(b"<bpmn:definitions", _LAUGHS + b"<bpmn:definitions", 1), "bpmn.doctype"),
        (file(_TASK).replace(b"<bpmn:definitions", b'<!DOCTYPE d SYSTEM "http://x/y"><bpmn:definitions', 1),
         "bpmn.doctype"),
        (file(_TASK).replace(b'"UTF-8"', b'"klingon"'), "bpmn.encoding"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "bpmn.not_bpmn"),
        (file(_TASK).replace(b"20100524/MODEL", b"20070101/MODEL"), "bpmn.not_bpmn"),
        (file("<bpmn:process id='p'/>"), "bpmn.no_steps"),
        (file(""), "bpmn.no_steps"),
        (file('<bpmn:process id="p"><bpmn:task id="t"/><bpmn:task id="t"/></bpmn:process>'), "bpmn.id_twice"),
        (file("<a>" * 80 + "</a>" * 80), "bpmn.depth"),
        (file("<a/>" * (limits.MOST_ELEMENTS + 1)), "bpmn.elements"),
        (file(_TASK) + b" " * limits.MOST_BYTES, "bpmn.size"),
        (file(f'<bpmn:process id="p">{_MANY}</bpmn:process>'), "design.too_many_steps"),
        (_multiplied(), "design.too_many_links"),
    ],
)  # fmt: skip
def test_a_file_that_is_no_process_is_refused_with_what_to_do(content: bytes, code: str) -> None:
    with pytest.raises(RefusedInput) as refused:
        read(content)
    assert refused.value.code == code
    for language in ("zh", "en"):
        said = messages(language).text(f"errors.{code}", **refused.value.parameters)
        assert "{" not in said.replace("{http", "")


def test_every_note_has_words_in_both_languages() -> None:
    found = [note for content in (CAMUNDA, SIGNAVIO, BPMN_IO) for note in read(content).notes]
    assert len({note.code for note in found}) > 8
    for note in found:
        for language in ("zh", "en"):
            said = messages(language).text(f"bpmn.notes.{note.code}", what=note.what, n=note.n,
                                           found=", ".join(note.found))  # fmt: skip
            assert note.what in said

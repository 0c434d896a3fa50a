"""Open-PSA models read as specs and written back; what is outside the covered part is refused by line."""

from pathlib import Path
from typing import Any

import pytest

from anlan.domain.errors import AnlanError, RefusedInput, UsageError
from anlan.formats.messages import messages
from anlan.formats.open_psa.reading import spec_of_open_psa
from anlan.formats.settings_bytes import SettingsBytes
from anlan.formats.spec_file import read_spec_file
from anlan.loop.quantify.methods.faults import RefusedInputs
from anlan.studies.methods.assessing import assess_by_spec
from anlan.studies.methods.explaining import EXAMPLES
from anlan.studies.methods.open_psa import document_of, open_psa_document

MODEL = """<?xml version="1.0"?>
<opsa-mef name="hall">
  <define-fault-tree name="ft">
    <define-gate name="top"><label>the top</label>
      <or>
        <gate name="both"/>
        <and><basic-event name="c"/><not><house-event name="h"/></not></and>
        <atleast min="2"><event name="a"/><basic-event name="c"/><basic-event name="d"/></atleast>
      </or>
    </define-gate>
    <define-component name="part">
      <define-gate name="both"><and><basic-event name="a"/><basic-event name="b"/></and></define-gate>
      <define-basic-event name="c"><float value="0.1"/></define-basic-event>
    </define-component>
  </define-fault-tree>
  <define-CCF-group name="pumps" model="MGL">
    <members><basic-event name="a"/><basic-event name="b"/></members>
    <distribution><parameter name="pump"/></distribution>
    <factor level="2"><float value="0.2"/></factor>
  </define-CCF-group>
  <model-data>
    <define-basic-event name="a"/>
    <define-basic-event name="d">
      <exponential><float value="1e-3"/><float value="100"/></exponential>
    </define-basic-event>
    <define-house-event name="h"><constant value="false"/></define-house-event>
    <define-parameter name="pump">
      <lognormal-deviate><float value="0.02"/><float value="3"/><float value="0.95"/></lognormal-deviate>
    </define-parameter>
  </model-data>
</opsa-mef>
"""


def _spec(text: str, **options: Any) -> dict[str, Any]:
    return spec_of_open_psa(SettingsBytes(Path("m.xml"), text.encode()), **options)


def _headline(document: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = assess_by_spec(document)["quantities"][0]
    return found


def test_a_model_is_read_with_its_formulas_numbers_and_common_causes() -> None:
    document = _spec(MODEL)
    inputs = document["inputs"]
    assert inputs["top"] == "top"
    rows = {row["name"]: row for row in inputs["gates"]}
    assert rows["top"]["inputs"] == ["both", "top/2", "top/3"]
    assert rows["top/2/2"] == {"name": "top/2/2", "kind": "not", "inputs": ["h"]}
    assert rows["top/3"]["k"] == 2
    events = {row["name"]: row for row in inputs["events"]}
    assert events["a"]["alike"] == events["b"]["alike"] == "pump"
    assert events["d"] == {"name": "d", "rate_per_h": 0.001, "mission_h": 100.0}
    assert inputs["common_causes"] == [
        {"name": "pumps", "model": "mgl", "members": ["a", "b"], "factors": [0.2]}
    ]
    q = 0.02
    both = 1 - (1 - 0.2 * q) * (1 - (0.8 * q) ** 2)
    assert 0.1 + both * 0.9 < _headline(document)["value"] < 0.1 + (both + 0.02 * 0.1) * 0.9


def test_what_is_written_is_read_back_with_the_same_answer() -> None:
    document = _spec(MODEL)
    written = open_psa_document(document)
    again = _spec(written)
    first, second = _headline(document), _headline(again)
    assert second["value"] == pytest.approx(first["value"], rel=1e-12)
    assert second["interval"]["high"] == pytest.approx(first["interval"]["high"], rel=1e-9)
    assert sorted(open_psa_document(again).splitlines()) == sorted(written.splitlines())


def test_where_numbers_come_from_goes_out_and_comes_back() -> None:
    document = _spec(MODEL)
    said = {"c": '2025 年台账 <第 3 页> & "附表"', "a": "专家估计"}
    for row in document["inputs"]["events"]:
        row |= {"source": said[row["name"]]} if row["name"] in said else {}
    again = _spec(open_psa_document(document))
    found = {row["name"]: row["source"] for row in again["inputs"]["events"] if "source" in row}
    assert found == said
    assert _headline(again)["value"] == pytest.approx(_headline(_spec(MODEL))["value"], rel=1e-12)


def test_data_without_words_are_refused_together() -> None:
    with pytest.raises(RefusedInputs) as refused:
        open_psa_document(read_spec_file(EXAMPLES / "fault_tree.yaml"))
    assert {each.code for each in refused.value.several} == {"open_psa.cannot_write"}
    assert len(refused.value.several) == 6
    with pytest.raises(UsageError):
        open_psa_document(read_spec_file(EXAMPLES / "risk_matrix.yaml"))


def test_several_tops_need_a_name() -> None:
    text = MODEL.replace('<gate name="both"/>', "")
    with pytest.raises(RefusedInputs) as refused:
        _spec(text)
    assert refused.value.several[0].parameters["found"] == ["top", "both"]
    assert _spec(text, top="both")["inputs"]["top"] == "both"


@pytest.mark.parametrize(
    ("old", "new", "code", "line"),
    [
        ('<float value="0.1"/>', '<float value="much"/>', "open_psa.number", 13),
        ('<float value="0.1"/>', "<uniform-deviate/>", "open_psa.expression", 13),
        ('<gate name="both"/>', '<gate name="z"/><gate name="both"/>', "open_psa.unknown_name", 6),
        ('<parameter name="pump"/>', '<parameter name="z"/>', "open_psa.parameter", 18),
        ('model="MGL"', 'model="phi-factor"', "open_psa.unsupported", 16),
        ('value="3"/>', 'value="0.3"/>', "open_psa.lognormal", 28),
        ('<define-house-event name="h">', '<define-house-event name="top">', "open_psa.name_twice", 26),
        ('<float value="100"/>', '<parameter name="pump"/>', "open_psa.not_certain", 24),
        ('<atleast min="2">', '<iff min="2">', "open_psa.unsupported", 8),
    ],
)
def test_faults_name_their_line(old: str, new: str, code: str, line: int) -> None:
    text = MODEL.replace(old, new)
    if "iff" in new:
        text = text.replace("</atleast>", "</iff>")
    with pytest.raises(RefusedInputs) as refused:
        _spec(text)
    assert (code, f"m.xml:{line}") in {
        (each.code, each.parameters["where"]) for each in refused.value.several
    }


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "open_psa.not_xml"),
        ("<opsa-mef>", "open_psa.not_xml"),
        ('<!DOCTYPE x [<!ENTITY a "b">]><opsa-mef/>', "open_psa.doctype"),
        ("<opsa-mef>" + "<model-data>" * 200, "open_psa.too_much"),
    ],
)
def test_hostile_or_broken_files_are_refused(text: str, code: str) -> None:
    with pytest.raises(RefusedInput) as refused:
        _spec(text)
    assert refused.value.code == code


def test_every_damaged_line_is_refused_with_words_or_read() -> None:
    lines = MODEL.splitlines()
    known = messages("en")
    for number in range(1, len(lines)):
        without, twice = lines[:number] + lines[number + 1 :], lines[: number + 1] + lines[number:]
        codes = {*_refused("\n".join(without)), *_refused("\n".join(twice))}
        assert not {code for code in codes if f"errors.{code}" not in known}


def _refused(text: str) -> set[str]:
    try:
        _headline(_spec(text))
    except AnlanError as refused:
        return {each.code for each in (refused, *refused.several)}
    return set()


def test_a_spec_names_its_own_top() -> None:
    with pytest.raises(UsageError):
        document_of(EXAMPLES / "fault_tree.yaml", top="x")
    assert document_of(EXAMPLES / "fault_tree.yaml")["method"] == "fault_tree"

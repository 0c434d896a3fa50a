"""Sections of partial and of unknown results."""

from typing import Any

import pytest

from anlan.formats.report.generic import generic_section
from anlan.formats.report.parts import result_sections
from anlan.formats.report.words import Words
from formats.report.sample_result import sample_result

_RISKS = {"matrix", "loss", "top", "pareto", "evidence"}
STAGES = {
    "key_nodes": (("process", "key_nodes"), {"process", "key-nodes"}),
    "quantify": (("risks", "portfolio"), _RISKS),
    "evaluate": (("risks", "portfolio", "evaluate"), _RISKS | {"stability"}),
}  # fmt: skip


@pytest.mark.parametrize("stage", STAGES)
def test_a_stage_shows_the_sections_of_what_it_computed_and_no_other(stage: str) -> None:
    parts, anchors = STAGES[stage]
    whole = sample_result()
    frame = ("log", "criteria", "quality", "notes", "provenance")
    result = {"schema": "anlan.study/1", "study": stage, **{name: whole[name] for name in (*parts, *frame)}}
    found = {section.anchor for section in result_sections(result, language="zh")}
    assert found == anchors | {"quality", "methods"}


def test_a_whole_result_has_every_section_but_provenance() -> None:
    found = [section.anchor for section in result_sections(sample_result(), language="en")]
    assert len(found) == len(set(found)) == 17


def test_what_the_report_does_not_know_is_shown_as_terms_and_tables() -> None:
    value: dict[str, Any] = {
        "share": 0.25,
        "title": {"zh": "负荷", "en": "Load"},
        "waits": {"estimate": 3.0, "low": 2.0, "high": 4.5},
        "hours": [{"hour": 9, "calls": 120}, {"hour": 10, "calls": None, "note": "<script>"}],
        "curve": [[0.0, 1.0], [5.0, 0.2]],
        "inner": {"n": 4},
    }
    section = generic_section("load_of_day", value, Words("en"))
    assert (section.anchor, section.title) == ("load-of-day", "load of day")
    for shown in ("Load", "3 [2, 4.5]", "120", "0.25", "5"):
        assert shown in section.body
    assert section.body.count("<table>") == 2
    assert "<script>" not in section.body


def test_a_result_without_criteria_is_shown_too() -> None:
    sections = result_sections({"schema": "x/1", "study": "x", "numbers": {"n": 4}}, language="zh")
    assert [section.anchor for section in sections] == ["numbers"]


def test_names_in_a_list_are_shown_as_names_and_never_as_tags() -> None:
    section = generic_section("labels", {"levels": ["low & slow", "<b>high</b>"]}, Words("en"))
    body = str(section.body)
    assert "&lt;bdi" not in body
    assert "<b>high" not in body
    assert "<bdi>low &amp; slow</bdi>, <bdi>&lt;b&gt;high&lt;/b&gt;</bdi>" in body

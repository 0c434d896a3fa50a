"""The report as one file: complete, safe, in both languages, for any result."""

import json
import re
from collections.abc import Callable
from html import unescape
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import jsonschema
import pytest

import anlan
from anlan.formats.report import render_report
from anlan.formats.report.page import Column, Page
from anlan.formats.report.words import Words
from formats.report.sample_result import (
    empty_result,
    hostile_result,
    large_result,
    one_case_result,
    sample_result,
)

SCHEMA = json.loads((Path(anlan.__file__).parent / "schemas" / "assess-1.schema.json").read_text("utf-8"))
MAKERS = (sample_result, empty_result, one_case_result, hostile_result, large_result)
makers = pytest.mark.parametrize("make", MAKERS, ids=lambda m: m.__name__)
languages = pytest.mark.parametrize("language", ["zh", "en"])


class _Elements(HTMLParser):
    """Elements with attributes, and the visible text."""

    def __init__(self) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text: list[str] = []
        self._hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        self._hidden += tag in ("style", "title")

    def handle_endtag(self, tag: str) -> None:
        self._hidden -= tag in ("style", "title")

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.text.append(data)


def _parsed(html: str) -> _Elements:
    parser = _Elements()
    parser.feed(html)
    return parser


@makers
def test_the_sample_results_follow_the_schema(make: Callable[[], dict[str, Any]]) -> None:
    jsonschema.validate(make(), SCHEMA)


@makers
@languages
def test_every_section_answers(make: Callable[[], dict[str, Any]], language: str) -> None:
    html = render_report(make(), language=language)
    sections = re.findall(r'<section id="([a-z-]+)".*?</section>', html, flags=re.S)
    assert sections == [
        "conclusion", "matrix", "loss", "top", "advice", "process", "key-nodes", "pareto", "evidence",
        "stability", "treatments", "ideas", "indicators", "plans", "checklist", "quality",
        "methods", "provenance",
    ]  # fmt: skip
    for body in re.findall(r"<section.*?</h2>(.*?)</section>", html, flags=re.S):
        assert re.sub(r"<[^>]*>", "", body).strip()


@makers
@languages
def test_nothing_is_loaded_and_nothing_is_run(make: Callable[[], dict[str, Any]], language: str) -> None:
    for tag, attributes in _parsed(render_report(make(), language=language)).elements:
        assert tag not in ("script", "iframe", "link", "object", "embed", "form", "base", "img")
        assert not any(name.startswith("on") for name in attributes)
        assert "src" not in attributes
        href = attributes.get("href")
        assert href is None or href.startswith("#")


@languages
def test_hostile_names_come_out_as_text(language: str) -> None:
    html = render_report(hostile_result(), language=language)
    assert html.count("<style>") == html.count("</style>") == 1
    assert "<script" not in html
    assert "<img" not in html
    assert "\u202e" not in html
    assert "\x00" not in html
    text = "".join(_parsed(html).text)
    assert "<script>alert(1)</script>" in text
    assert "</style><svg onload=alert(3)>" in text


@languages
def test_a_style_sheet_cannot_be_closed_by_a_value(language: str) -> None:
    result = sample_result()
    result["provenance"]["version"] = '"}</style><script>alert(1)</script>'
    html = render_report(result, language=language)
    assert html.count("</style>") == 1
    assert "<script" not in html


@makers
@languages
def test_no_number_is_missing_or_infinite(make: Callable[[], dict[str, Any]], language: str) -> None:
    text = " ".join(_parsed(render_report(make(), language=language)).text)
    assert not re.search(r"\b(nan|NaN|None|inf|Infinity)\b", text)
    assert not re.search(r"\{[a-z_]+(:[a-z]+)?\}", text)


@languages
def test_links_lead_to_something(language: str) -> None:
    elements = _parsed(render_report(sample_result(), language=language)).elements
    ids = [attributes["id"] for _, attributes in elements if "id" in attributes]
    assert len(ids) == len(set(ids))
    targets = {str(attributes["href"])[1:] for tag, attributes in elements if tag == "a"}
    assert targets <= set(ids)


def test_the_conclusion_says_what_leaders_must_know() -> None:
    result = sample_result()
    text = " ".join(_parsed(render_report(result, language="en")).text)
    crisis = [risk["id"] for risk in result["risks"] if risk["index"]["level"] == "crisis"]
    assert "Risks identified: 10 (2 Crisis, 3 High, 2 Moderate, 2 Slight, 1 Low)." in text
    assert "to be reported to leadership within 1 h" in text
    assert all(risk in text for risk in crisis)
    assert (
        "Within the budget of 120 person-days, 6 measures at a cost of 105 person-days are advised." in text
    )
    assert "318 thousand case h" in text


def _conclusion(html: str) -> str:
    found = re.search(r'<section id="conclusion">.*?</section>', html, flags=re.S)
    assert found is not None
    return found[0]


def test_the_conclusion_names_risks_by_title_never_by_id() -> None:
    result = sample_result()
    opening = _conclusion(render_report(result, language="en"))
    crisis = [risk for risk in result["risks"] if risk["index"]["level"] == "crisis"]
    costliest = max(crisis, key=lambda risk: risk["annual_loss"]["mean"])
    assert f'href="#{costliest["id"]}"' in opening
    shown = " ".join(_parsed(f"<html>{opening}</html>").text)
    assert unescape(costliest["title"]["en"]) in shown
    assert not re.search("R-[0-9a-f]{10}", shown)


def test_notes_that_rows_share_are_written_once_and_numbered() -> None:
    result = sample_result()
    shared = {"zh": "同一条说明。", "en": "One note for all."}
    for indicator in result["monitor"]:
        indicator["notes"] = [shared]
    text = " ".join(_parsed(render_report(result, language="en")).text)
    assert text.count("One note for all.") == 1
    assert text.count("notes 1") == len(result["monitor"])


def test_an_idea_says_what_its_share_is_a_share_of() -> None:
    result = sample_result(budget=None)
    text = " ".join(_parsed(render_report(result, language="en")).text)
    assert f"touches {100 * result['improve'][0]['delay_share']:.1f} % of all case time" in text
    assert text.count("% of all case time (") == len(result["improve"])


def test_without_a_budget_the_report_says_so() -> None:
    text = " ".join(_parsed(render_report(sample_result(budget=None), language="en")).text)
    assert "No budget was given" in text
    assert "Re-allocate call-back staff from data" in text


def test_every_risk_has_its_sheet_with_limits() -> None:
    result = sample_result()
    html = render_report(result, language="en")
    for risk in result["risks"]:
        sheet = re.search(rf'<article class="risk" id="{risk["id"]}">.*?</article>', html, flags=re.S)
        assert sheet is not None
        assert "Worth" in sheet[0] or "worth reporting from" in sheet[0]
        assert all(case in sheet[0] for case in risk["evidence"]["case_ids"])


def test_risks_beyond_the_sheets_are_named_as_left_out() -> None:
    result = sample_result()
    result["risks"] = [risk | {"id": f"R-{i:010x}"} for i in range(70) for risk in result["risks"][:1]]
    html = render_report(result, language="en")
    assert html.count('<article class="risk" id="R-') == 60
    assert "10 more risks have no sheet here" in html


def test_a_very_long_name_is_cut_but_whole_in_its_hint() -> None:
    html = render_report(hostile_result(), language="en")
    assert f'title="{"长" * 300}"' in html
    assert "长" * 100 not in re.sub(r'title="[^"]*"|<title>.*?</title>', "", html, flags=re.S)


@makers
def test_the_same_result_gives_the_same_report(make: Callable[[], dict[str, Any]]) -> None:
    assert render_report(make(), language="zh") == render_report(make(), language="zh")


def test_the_result_is_not_changed_by_drawing_it() -> None:
    result = sample_result()
    before = json.dumps(result, sort_keys=True)
    render_report(result, language="zh")
    assert json.dumps(result, sort_keys=True) == before


def test_a_chinese_report_has_no_english_labels() -> None:
    html = render_report(empty_result(), language="zh")
    text = " ".join(_parsed(html).text)
    words = set(re.findall(r"[A-Za-z]{4,}", text)) - {
        "CVaR", "Asia", "Shanghai", "fault", "reports", "default", "anlan", "assess", "linux", "Python",
        "portfolio", "risks", "severity", "bounds", "rejected", "closing",
    }  # fmt: skip
    assert {w for w in words if not re.fullmatch(r"[0-9a-f]+", w)} == set()


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_narrow_screen_has_contents_and_a_hint_where_a_figure_is_wider(language: str) -> None:
    html, words = render_report(sample_result(), language=language), Words(language)
    folded = html[html.index('<details class="contents">') : html.index('<section id="conclusion"')]
    anchors = re.findall(r'<section id="([a-z-]+)"', html)
    assert re.findall(r'href="#([a-z-]+)"', folded) == anchors
    for kind in ("map", "broad"):
        figure = html[html.index(f'<figure class="{kind}"') :]
        assert figure.index(words("swipe")) < figure.index("<svg")


def test_a_short_table_stays_on_one_printed_page_and_a_long_one_may_break() -> None:
    columns = (Column("a"),)
    page = Page(sample_result(), "en")
    assert 'class="tabled whole"' in page.table(columns, [("x",)] * 8, caption="c")
    assert 'class="tabled"' in page.table(columns, [("x",)] * 9, caption="c")


def test_only_reasons_that_set_a_row_aside_are_listed() -> None:
    result = sample_result()
    result["log"]["rejected"] = dict.fromkeys(result["log"]["rejected"], 0)
    assert Words("en")("quality.rejected_table") not in render_report(result, language="en")

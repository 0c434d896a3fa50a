"""The page of a result: contents, what is open and what folded, and codes in place of the result's ids."""

import re

import pytest
from django.urls import reverse

from anlan.formats.report.parts import result_sections
from anlan.web.risks.models import Candidate
from anlan.web.risks.services import accept
from anlan.web.runs.models import Run
from anlan.web.runs.parts import parts_of, under_codes
from anlan.web.runs.services import start_run

RESULT_ID = re.compile(r"R-[0-9a-f]{10}")


@pytest.fixture
def run(process, organisation) -> Run:
    manager = organisation.people["risk_manager"]
    return start_run(process=process, study="assess", parameters={"sla": "2h"}, actor=manager)


def page_of(run: Run, organisation, person: str = "risk_manager") -> str:
    return organisation.client(person).get(reverse("runs:run", args=[run.code])).content.decode()


def seen(page: str) -> str:
    """The words of the page's content without its tags."""
    return re.sub(r"<[^>]*>", " ", page[page.index("<main") :])


def test_the_contents_lead_to_every_section(run, organisation) -> None:
    page = page_of(run, organisation)
    contents = page[page.index('class="card contents"') : page.index("</nav>", page.index("contents"))]
    linked = re.findall(r'href="#([\w-]+)"', contents)
    assert linked == re.findall(r'<section class="card" id="([\w-]+)"', page)
    assert len(linked) > 10


def test_what_came_out_is_open_and_the_rest_folded(run, organisation) -> None:
    page = page_of(run, organisation)
    is_open = dict(re.findall(r'<section class="card" id="([\w-]+)"><details class="part"( open)?>', page))
    assert is_open["conclusion"] == is_open["matrix"] == " open"
    assert is_open["evidence"] == is_open["quality"] == ""


def test_a_study_without_an_outcome_opens_its_first_sections() -> None:
    sections = [{"anchor": anchor} for anchor in ("process", "key-nodes", "quality", "new-study")]
    parts = parts_of(sections)
    assert [part.code for part in parts] == ["process", "basis", "more"]
    assert [s["open"] for part in parts for s in part.sections] == [True, True, False, False]


def test_each_risk_is_folded_under_its_title(run, organisation) -> None:
    page = page_of(run, organisation)
    sheets = re.findall(r'<details class="risk" id="R-[0-9a-f]{10}"><summary>', page)
    assert len(sheets) == Candidate.objects.filter(process=run.process, source="log").count() > 0


def test_long_tables_show_twenty_rows_and_fold_the_rest() -> None:
    rows = [{"hour": n, "calls": n * n} for n in range(25)]
    (section,) = result_sections({"rows": rows}, language="en")
    first, _, rest = str(section.body).partition("<details")
    assert first.count("<tr>") == 1 + 20
    assert "Show 5 more rows" in rest
    assert rest.count("<tr>") == 1 + 5
    assert "<details" not in str(result_sections({"rows": rows[:20]}, language="en")[0].body)


def test_risks_of_the_result_bear_the_code_of_their_finding_and_of_the_register(run, organisation) -> None:
    first, *others = Candidate.objects.filter(process=run.process, source="log").order_by("id")
    risk = accept(first, actor=organisation.people["risk_manager"])
    words = seen(page_of(run, organisation))
    assert not RESULT_ID.search(words)
    assert f"{first.code} → {risk.code}" in words
    assert all(other.code in words for other in others)


def test_codes_replace_words_and_leave_addresses_alone() -> None:
    body = '<a href="#R-0123456789" title="R-0123456789">R-0123456789</a> R-ffffffffff'
    shown = under_codes(body, {"R-0123456789": "F-0001 <x>"})
    assert shown == '<a href="#R-0123456789" title="R-0123456789">F-0001 &lt;x&gt;</a> R-ffffffffff'


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_no_result_page_speaks_of_options_of_the_command_line(process, organisation, language: str) -> None:
    manager = organisation.people["risk_manager"]
    run = start_run(process=process, study="assess", parameters={}, actor=manager)
    client = organisation.client(manager, language=language)
    words = seen(client.get(reverse("runs:run", args=[run.code])).content.decode())
    assert not re.search(r"--[a-z]{3}", words)

"""Whatever reading refuses or notes can be said in both languages."""

import re
from pathlib import Path

import pytest

import anlan.formats.reading
from anlan.formats.messages import messages
from anlan.formats.reading.read_report import ReadReport
from anlan.formats.reading.rejects import rejected_rows

SOURCES = sorted(Path(anlan.formats.reading.__file__).parent.glob("*.py"))
CODES = sorted(
    {code for file in SOURCES for code in re.findall(r'"(reading\.[a-z0-9_]+)"', file.read_text())}
)

REPORT = ReadReport(
    path="log.csv", sha256="0" * 64, bytes=1, format="csv", encoding="utf-8", delimiter=",", sheet=None,
    columns=("a",), mapping={}, zone="UTC", zone_source="as_written", time_formats={}, lifecycle_used=False,
    n_rows=9, rejected_rows=rejected_rows([2], [0], ["x"], ["y"]),
    counters=dict.fromkeys(
        ("starts_without_end", "other_lifecycle_rows", "repeated_xes_events", "long_names", "bad_costs",
         "nested_attributes", "nested_columns", "blank_rows"), 3),
    dropped_columns={"ref": 1_200},
)  # fmt: skip


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("code", CODES)
def test_every_refusal_has_a_text(code, language):
    assert f"errors.{code}" in messages(language)


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("code", [code for code, _ in REPORT.notes])
def test_every_note_can_be_said_with_its_parameters(code, language):
    parameters = dict(REPORT.notes)[code]
    assert "{" not in messages(language).text(f"reading.notes.{code}", **parameters)


@pytest.mark.parametrize("source", ["option", "calendar", "log", "epoch", "as_written"])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_source_of_the_zone_has_a_note(source, language):
    assert f"reading.notes.zone_{source}" in messages(language)

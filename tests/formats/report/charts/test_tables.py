"""The table of a chart holds every number its drawing is made from, in words of the reader."""

import csv
import io
from functools import cache
from typing import Any

import pytest

from anlan.formats.messages import messages
from anlan.formats.report.charts.methods import DRAWINGS
from anlan.formats.report.charts.tables import _TABLES, chart_table, table_csv
from anlan.formats.report.words import Words
from anlan.formats.spec_file import read_spec_file
from anlan.loop.quantify.methods import METHODS
from anlan.studies.methods.assessing import assess_by_spec
from anlan.studies.methods.explaining import EXAMPLES

_SCALARS = {"level", "share", "base", "limit", "frequency", "at", "seen", "k"}
"""What sets the drawing and is told by its sentence: lines, marks and numbers of places."""


@cache
def charts() -> list[dict[str, Any]]:
    """Every chart of every method's example."""
    return [
        c for code in METHODS for c in assess_by_spec(read_spec_file(EXAMPLES / f"{code}.yaml"))["charts"]
    ]


def test_every_kind_of_drawing_has_its_table() -> None:
    assert set(_TABLES) == set(DRAWINGS) == {chart["kind"] for chart in charts()}


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_number_that_is_drawn_is_in_the_table(language) -> None:
    for chart in charts():
        table = chart_table(chart["kind"], chart["data"], Words(language))
        assert table.rows
        assert all(len(row) == len(table.headings) for row in table.rows)
        cells = {cell for row in table.rows for cell in row if isinstance(cell, float)}
        listed = " ".join(str(cell) for row in table.rows for cell in row)
        missing = [n for n in floats(chart["data"]) if n not in cells and str(n) not in listed]
        assert not missing, chart["kind"]


def floats(value: Any, name: str = "") -> list[float]:
    if isinstance(value, dict):
        inside = {n: v for n, v in value.items() if n not in _SCALARS}
        return [found for n, each in inside.items() for found in floats(each, n)]
    if isinstance(value, list):
        return [found for each in value for found in floats(each, name)] if name not in ("bounds",) else []
    is_number = isinstance(value, float) and name not in ("low", "middle", "high", "target")
    return [value] if is_number else []


@pytest.mark.parametrize("language", ["zh", "en"])
def test_headings_are_words(language) -> None:
    """No heading is a code of ours: it is a word, or a name the user gave."""
    known = {code for kind in charts() for code in _codes(kind)}
    words = messages(language)
    unworded = {code for code in known if f"report.chart_table.{code}" not in words}
    given = {str(n) for chart in charts() for n in names(chart["data"])}
    assert unworded <= given | set(_words_of_charts())


def _codes(chart: dict[str, Any]) -> list[str]:
    return list(_TABLES[chart["kind"]](chart["data"], Words("en"))[0])


def _words_of_charts() -> list[str]:
    """Names that the drawings have words for themselves."""
    words = messages("en")
    of_blend = [f"prior_posterior.{name}" for name in ("prior", "likelihood", "posterior", "result")]
    keys = [key for key in words if ".method_charts.measures." in key or ".method_charts.operators." in key]
    return [words.text(key) for key in [*keys, *(f"report.method_charts.{name}" for name in of_blend)]]


def names(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [found for each in value.values() for found in names(each)]
    if isinstance(value, list):
        return [found for each in value for found in names(each)]
    return [value] if isinstance(value, str) else []


def test_a_name_in_the_file_never_becomes_a_formula() -> None:
    data = {"rows": [{"name": "=1+1", "weight": 0.25, "low": None, "high": None}]}
    content = table_csv(chart_table("weights", data, Words("zh")))
    assert content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))
    assert rows == [["名称", "权重"], ["'=1+1", "0.25"]]

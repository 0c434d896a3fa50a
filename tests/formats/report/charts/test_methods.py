"""Every chart of a method is well-formed, named, said in words, and safe with strange names."""

import xml.etree.ElementTree as ET
from typing import Any

import pytest

from anlan.formats.report.charts.methods import draw
from anlan.formats.spec_file import read_spec_file
from anlan.loop.quantify.methods import METHODS, method
from anlan.loop.quantify.methods.reading import read_inputs
from anlan.studies.methods.assessing import assess_by_spec, plain
from anlan.studies.methods.explaining import EXAMPLES

SVG = "{http://www.w3.org/2000/svg}"


def _charts() -> list[tuple[str, str, Any]]:
    """(code, kind, data) of the charts of all examples."""
    found = []
    for code in METHODS:
        document = read_spec_file(EXAMPLES / f"{code}.yaml")
        answer = method(code).run(read_inputs(method(code).fields, document["inputs"]), seed=0)
        found += [(code, each.kind, plain(each.data)) for each in answer.charts]
    return found


@pytest.mark.parametrize(("code", "kind", "data"), _charts())
@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_chart_of_an_example_has_a_title_and_a_sentence(
    code: str, kind: str, data: Any, language: Any
) -> None:
    for theme in ("light", "dark", "page"):
        svg = draw(kind, data, language=language, theme=theme)  # type: ignore[arg-type]
        assert svg is not None, f"{code}: nothing draws {kind}"
        root = ET.fromstring(svg)
        assert root.tag == f"{SVG}svg"
        assert len(root.findtext(f"{SVG}title") or "") > 3
        assert len(root.findtext(f"{SVG}desc") or "") > 10
        assert not any(word in svg for word in ("NaN", "nan,", "inf", "None"))


def test_a_kind_that_nothing_draws_is_none() -> None:
    assert draw("no_such_chart", {}, language="en") is None


def test_every_kind_is_drawn_from_json_values() -> None:
    """What a stored result holds is enough: no tuple, array or note is needed."""
    spec = read_spec_file(EXAMPLES / "risk_matrix.yaml")
    chart = assess_by_spec(spec)["charts"][0]
    assert draw(chart["kind"], chart["data"], language="zh") is not None

"""One contract for all methods: words, example, schema, recomputation, no number that is not finite."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from anlan.domain.errors import AnlanError, RefusedInput
from anlan.formats.messages import LANGUAGES, messages
from anlan.formats.settings_bytes import SettingsBytes
from anlan.formats.spec_file import read_spec_file
from anlan.loop.quantify.methods import METHODS, method
from anlan.loop.quantify.methods.faults import RefusedInputs
from anlan.studies.methods.assessing import assess_by_spec
from anlan.studies.methods.explaining import EXAMPLES, explain
from anlan.studies.methods.pages import method_page
from anlan.studies.methods.schema import spec_schema
from support import REPOSITORY

_HELD = ("seed", "inputs_sha256", "method_version", "code_version")


def _example(code: str) -> dict[str, Any]:
    return read_spec_file(EXAMPLES / f"{code}.yaml")


@pytest.mark.parametrize("code", METHODS)
def test_the_example_runs_fits_its_schema_and_comes_out_alike_again(code: str) -> None:
    document = _example(code)
    jsonschema.validate(document, spec_schema(method(code)))
    first = assess_by_spec(document)
    assert json.dumps(first, allow_nan=False) == json.dumps(assess_by_spec(document))
    assert first["method"] == code
    assert first["quantities"]
    assert all(first["provenance"][name] is not None or name == "seed" for name in _HELD)


@pytest.mark.parametrize("code", METHODS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_method_is_explained_in_both_languages(code: str, language: str) -> None:
    said = explain(method(code), language=language)
    assert all(len(text) > 20 for text in said.parts.values())
    assert len(said.questions) >= len(method(code).fields)


@pytest.mark.parametrize("code", METHODS)
def test_every_code_in_an_answer_has_words(code: str) -> None:
    result = assess_by_spec(_example(code))
    known = messages("en")
    keys = [f"method_quantities.{each['name']}" for each in result["quantities"]]
    keys += [f"method_units.{each['unit']}" for each in result["quantities"] if each["unit"]]
    keys += [f"method_intervals.{q['interval']['kind']}" for q in result["quantities"] if q["interval"]]
    keys += [f"method_tables.{each['name']}" for each in result["tables"]]
    columns = {column["name"] for each in result["tables"] for column in each["columns"]}
    # names given by the user stand for themselves; in the examples these are Chinese
    keys += [f"method_columns.{name}" for name in columns if re.fullmatch("[a-z_0-9]+", name)]
    assert not [key for key in keys if key not in known]


@pytest.mark.parametrize("code", METHODS)
def test_tables_are_rectangular(code: str) -> None:
    for table in assess_by_spec(_example(code))["tables"]:
        assert {len(row) for row in table["rows"]} <= {len(table["columns"])}


@pytest.mark.slow
@pytest.mark.parametrize("code", METHODS)
def test_damaged_inputs_are_refused_or_answered_with_finite_numbers(code: str) -> None:
    """Every value of the example is replaced in turn: nothing but a clear error or a finite answer."""
    document = _example(code)
    for damaged in _damaged(document["inputs"]):
        assert not _codes_without_words({**document, "inputs": damaged})


def _codes_without_words(document: dict[str, Any]) -> set[str]:
    """Codes of the errors that a spec is refused with and nothing can say; none where it is answered."""
    try:
        json.dumps(assess_by_spec(document), allow_nan=False)
    except AnlanError as refused:
        known = messages("en")
        return {each.code for each in (refused, *refused.several) if f"errors.{each.code}" not in known}
    return set()


_STRANGE = (None, "", "x", -1, 0, 1e308, 1e-308, True, [], {}, [[]], 2, 0.5)
_MOST = 400


def _damaged(value: Any) -> Iterator[Any]:
    """The value with one place in it replaced by something strange, at most `_MOST` times."""
    places = list(_places(value))
    chosen = (
        places
        if len(places) * len(_STRANGE) <= _MOST
        else places[:: -(-len(places) * len(_STRANGE) // _MOST)]
    )
    for place in chosen:
        for strange in _STRANGE:
            copy = json.loads(json.dumps(value))
            inner = copy
            for step in place[:-1]:
                inner = inner[step]
            inner[place[-1]] = strange
            yield copy


def _places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    if path:
        yield path
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, each in inside:
        yield from _places(each, (*path, step))


@pytest.mark.parametrize("code", METHODS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_reference_page_says_what_the_method_does_now(code: str, language: str) -> None:
    """Write them anew with `python -m anlan.studies.methods.pages docs/reference/methods`."""
    page = REPOSITORY / "docs" / "reference" / "methods" / f"{code}.{language}.md"
    assert page.read_text(encoding="utf-8") == method_page(code, language=language)


def test_bands_turn_the_headline_into_a_level() -> None:
    document = _example("fmea") if "fmea" in METHODS else _example("risk_matrix")
    banded = {**document, "bands": {"bounds": [1e-12, 1e12], "levels": ["low", "moderate", "high"]}}
    expected = assess_by_spec(document)["level"] or "moderate"
    assert assess_by_spec(banded)["level"] == expected


@pytest.mark.parametrize(
    ("bands", "where"),
    [
        ({"bounds": [2, 1], "levels": ["a", "b", "c"]}, "bands.bounds"),
        ({"bounds": [1], "levels": ["a"]}, "bands.levels"),
    ],
)
def test_bands_that_make_no_sense_are_refused(bands: dict[str, Any], where: str) -> None:
    with pytest.raises(RefusedInputs) as refused:
        assess_by_spec({**_example("risk_matrix"), "bands": bands})
    assert [fault.parameters["where"] for fault in refused.value.several] == [where]


@pytest.mark.parametrize(
    ("name", "text", "code"),
    [
        ("a.txt", "", "spec.ending"),
        ("a.yaml", "a: &x [1]\nb: *x\n", "spec.syntax"),
        ("a.yaml", "a: [1\n", "spec.syntax"),
        ("a.yaml", "- 1\n", "spec.syntax"),
        ("a.json", "{", "spec.syntax"),
        ("a.yaml", "a: " + "[" * 40 + "]" * 40, "spec.too_deep"),
        ("a.json", '{"a": ' + "[" * 40 + "]" * 40 + "}", "spec.too_deep"),
        ("a.toml", "a = " + "9" * 30, "spec.number"),
    ],
)
def test_a_file_that_is_no_spec_is_refused(name: str, text: str, code: str) -> None:
    with pytest.raises(RefusedInput) as refused:
        read_spec_file(SettingsBytes(Path(name), text.encode()))
    assert refused.value.code == code


def test_yaml_numbers_are_numbers_and_dates_stay_texts() -> None:
    given = SettingsBytes(Path("a.yaml"), b"a: 1e-4\nb: 2026-01-02\nc: .5\nd: 3\ne: -1.5E+2\n")
    assert read_spec_file(given) == {"a": 1e-4, "b": "2026-01-02", "c": 0.5, "d": 3, "e": -150.0}


@pytest.mark.parametrize("value", [float("nan"), float("inf"), 10**400, -(2**70), "\ud800", {"\ud800": 1}])
@pytest.mark.parametrize("place", ["title", "inputs", "inside"])
def test_values_that_no_file_holds_are_refused_wherever_they_stand(value: Any, place: str) -> None:
    document = _example("sobol")
    if place == "inside":
        document["inputs"]["model"] = {"method": "topsis", "inputs": {"rows": [[value]]}}
    else:
        document[place] = value if place == "title" else {**document["inputs"], "formula": value}
    with pytest.raises(RefusedInputs) as refused:
        assess_by_spec(document)
    assert all(error.code.startswith("method.") for error in refused.value.several)


def test_a_spec_deeper_than_any_file_is_refused() -> None:
    value: Any = 1
    for _ in range(5_000):
        value = [value]
    with pytest.raises(RefusedInputs, match="too_deep"):
        assess_by_spec(_example("sobol") | {"title": value})


def test_the_largest_seed_is_kept_to_its_last_digit() -> None:
    document = _example("tornado") | {"seed": 2**63 - 1}
    assert assess_by_spec(document)["provenance"]["seed"] == 2**63 - 1


def test_a_row_left_open_is_told_where_single_cells_may_be() -> None:
    document = _example("agreement")
    document["inputs"]["ratings"][1] = None
    with pytest.raises(RefusedInputs) as refused:
        assess_by_spec(document)
    assert refused.value.several[0].parameters["where"] == "ratings[2]"


def test_faults_without_end_are_told_up_to_a_number() -> None:
    document = _example("sobol") | {f"x{n}": 1 for n in range(3_000)}
    with pytest.raises(RefusedInputs) as refused:
        assess_by_spec(document)
    assert len(refused.value.several) == 500

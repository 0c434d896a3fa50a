"""A few hours say nothing of a year: no yearly figure in the result, and the reason in its place."""

import json

import jsonschema
import pytest

from anlan.cli.designs import said
from anlan.domain.errors import UsageError
from anlan.formats.report.words import Words
from anlan.loop.improve.designs.applying import read_designs
from anlan.studies.twin.designs import Tried, tried
from anlan.studies.twin.models import TwinModel
from support import REPOSITORY

SHORT = {
    "steps": [{"name": "a", "time": 10, "pool": "p"}, {"name": "b", "time": 5, "pool": "p"}],
    "pools": [{"name": "p", "people": 3, "cost_per_hour": 60}],
    "arrivals": [8.0],
    "risks": [{"name": "wrong", "step": "a", "chance": 0.1, "effect": "none", "cost": 50}],
    "weeks": 0.05,
    "warm_up_weeks": 0.02,
    "cool_down_weeks": 0,
}
FASTER = {
    "schema": "anlan.design/1",
    "designs": [
        {"name": "fast", "changes": [{"operator": "automate", "steps": "a", "factor": 0.5, "once": 100}]}
    ],
}


def result(given, **asked):
    return tried(TwinModel(given, "short", 1), read_designs(FASTER), Tried(most=12, **asked))


@pytest.fixture(scope="module")
def short():
    return result(SHORT)


def test_nothing_is_said_of_a_year(short) -> None:
    for each in (short["as_is"], *short["designs"]):
        assert each["figures"]["yearly_cost"] is None
        assert each["figures"]["yearly_loss"] is None
        assert each["figures"]["cost"] is not None
    design = short["designs"][0]
    assert design["differences"]["yearly_cost"] is None
    assert design["yearly_gain"] is None
    assert design["payback_years"] is None
    assert short["no_year"]["hours"] == pytest.approx(0.03 * 168)


def test_the_result_has_its_schema_and_no_nan(short) -> None:
    schema = json.loads((REPOSITORY / "src/anlan/schemas/improve-1.schema.json").read_text(encoding="utf-8"))
    jsonschema.validate(json.loads(json.dumps(short, allow_nan=False)), schema)


@pytest.mark.parametrize(("language", "reason"), [("en", "nothing is said of a year"), ("zh", "不谈一年")])
def test_the_terminal_tells_why(short, language: str, reason: str) -> None:
    assert reason in said(short, Words(language))


def test_a_week_tells_a_year() -> None:
    found = result({**SHORT, "weeks": 1.5, "warm_up_weeks": 0.5})
    assert found["no_year"] is None
    assert found["as_is"]["figures"]["yearly_cost"]["estimate"] > 0
    assert found["designs"][0]["yearly_gain"] is not None


@pytest.mark.parametrize("by", ["yearly_cost", "yearly_loss"])
def test_ranking_by_a_year_is_refused(by: str) -> None:
    with pytest.raises(UsageError) as told:
        result(SHORT, by=by)
    assert told.value.code == "designs.no_year"

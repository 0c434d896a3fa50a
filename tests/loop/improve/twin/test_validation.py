"""The rules of the card, and that a wrong twin does not pass."""

import copy
from dataclasses import replace

import numpy as np
import pytest

from anlan.loop.improve.twin.activity_checks import block_error
from anlan.loop.improve.twin.calibration import calibrate
from anlan.loop.improve.twin.card import Card, judged
from anlan.loop.improve.twin.inputs import inputs_of
from anlan.loop.improve.twin.observed import observe, split
from anlan.loop.improve.twin.tuning import scaled, tune
from anlan.loop.improve.twin.validation import validate
from anlan.maths.time_fits import fit_times
from known_process import OUT, Known, KnownStep, Team, play

KNOWN = Known(
    {
        "a": KnownStep(lambda rng: rng.gamma(2.0, 300.0), "one", {"b": 1.0}),
        "b": KnownStep(lambda rng: rng.exponential(900.0), "two", {OUT: 1.0}),
    },
    {"one": Team(3), "two": Team(4)},
    "a",
    (6.0,) * 24,
)


@pytest.fixture(scope="module")
def twin():
    seen, later = split(observe(play(KNOWN, days=28, seed=8)), hold_back=0.3)
    return inputs_of(tune(calibrate(seen)), pool_name=lambda pool: f"team {pool.number}"), later


def verdicts(card):
    return {(check.code, check.of): check.verdict for check in card.checks}


def test_the_right_twin_passes(twin) -> None:
    inputs, later = twin
    card = validate(later, inputs)
    assert [check for check in card.checks if check.verdict != "pass"] == []
    assert card.verdict() == "pass"
    assert (card.not_in_twin, card.not_in_log) == ((), ())


@pytest.mark.parametrize(
    ("change", "failing"),
    [
        (lambda inputs: inputs.update(arrivals=[rate / 2 for rate in inputs["arrivals"]]), ("arrivals", "")),
        (lambda inputs: inputs.update(arrivals=[12.0] * 12 + [0.0] * 12), ("arriving", "")),
        (
            lambda inputs: time_of(inputs, "b").update(time={"kind": "constant", "value": 60}),
            ("duration", ""),
        ),
        (lambda inputs: time_of(inputs, "b").update(time={"kind": "constant", "value": 60}), ("work", "b")),
        (lambda inputs: ways(inputs, "a", {"b": 0.5, "": 0.5}), ("count", "b")),
    ],
)
def test_a_wrong_twin_fails_where_it_is_wrong(twin, change, failing) -> None:
    inputs, later = twin
    wrong = copy.deepcopy(inputs)
    change(wrong)
    assert verdicts(validate(later, wrong))[failing] == "fail"


def time_of(inputs, name):
    return next(step for step in inputs["steps"] if step["name"] == name)


def ways(inputs, name, to):
    kept = [way for way in inputs["ways"] if way["from"] != name]
    inputs["ways"] = kept + [{"from": name, "to": end, "share": share} for end, share in to.items()]


def test_activities_of_one_side_are_named(twin) -> None:
    inputs, later = twin
    renamed = copy.deepcopy(inputs)
    time_of(renamed, "b")["name"] = "c"
    for way in renamed["ways"]:
        way.update({end: "c" for end in ("from", "to") if way[end] == "b"})
    card = validate(later, renamed)
    assert (card.not_in_twin, card.not_in_log) == (("b",), ("c",))
    assert verdicts(card)["count", "b"] == "fail"
    assert card.verdict() == "doubt"


def test_the_borders_follow_from_the_yardstick_up_to_a_limit() -> None:
    assert judged("duration", 0.09, 0.0).verdict == "pass"
    assert judged("duration", 0.14, 0.1).verdict == "pass"
    assert judged("duration", 0.26, 0.9).verdict == "doubt"
    assert judged("duration", 0.51, 0.9).verdict == "fail"
    assert judged("arriving", 0.06, 0.0).verdict == "doubt"
    assert judged("wait", 0.9, 0.0, of="a", floors=(1.0, 5.0)).verdict == "pass"


def test_a_delay_is_scaled_in_shape() -> None:
    fit = fit_times([0.0] * 50 + [60.0] * 25 + [120.0] * 25)
    half = scaled(fit, 0.5)
    assert half.mean.estimate == pytest.approx(fit.mean.estimate / 2)
    assert half.values == pytest.approx(fit.values / 2)
    assert scaled(fit, 0.0).mean.estimate == 0.0


def test_the_error_of_a_mean_is_taken_over_blocks_of_time() -> None:
    """Independent values: the usual standard error. Weeks that go together: that of the weeks."""
    rng = np.random.default_rng(0)
    times = np.sort(rng.uniform(0, 40 * 604_800.0, 4000))
    plain = rng.normal(10, 2, 4000)
    assert block_error(plain, times) == pytest.approx(2 / 4000**0.5, rel=0.3)
    week = rng.normal(0, 1, 41)[np.floor(times / 604_800.0).astype(int)]
    assert block_error(10 + week, times) == pytest.approx(1 / 40**0.5, rel=0.3)
    assert block_error(plain[:20], times[:20] / 1e9) == pytest.approx(plain[:20].std() / 20**0.5)


def test_surges_gateways_and_risks_of_a_model_count(twin) -> None:
    """A model may hold more than calibration writes: all of it is run, and gateways are no activities."""
    inputs, later = twin
    more = copy.deepcopy(inputs)
    day = {"kind": "constant", "value": 1440}
    more["risks"] = [{"name": "rush", "effect": "surge", "per_week": 4, "delay": day, "times": 4}]
    more["steps"].insert(1, {"name": "which", "kind": "choice"})
    for way in more["ways"]:
        way["to"] = "which" if way["to"] == "b" else way["to"]
    more["ways"].append({"from": "which", "to": "b"})
    card = validate(later, more)
    assert verdicts(card)["arrivals", ""] == "fail"
    assert card.not_in_log == ()


def test_errors_of_activities_that_cancel_out_keep_the_card_from_passing(twin) -> None:
    """Times of two activities changed for each other: cases take about as long as before."""
    inputs, later = twin
    wrong = copy.deepcopy(inputs)
    first, second = time_of(wrong, "a"), time_of(wrong, "b")
    first["time"], second["time"] = second["time"], first["time"]
    card = validate(later, wrong)
    found = verdicts(card)
    assert "fail" not in {verdict for (code, of), verdict in found.items() if not of}
    assert (found["work", "a"], found["work", "b"]) == ("fail", "fail")
    assert card.verdict() == "doubt"


def test_the_card_is_no_better_than_its_worst_activity_allows() -> None:
    whole, part = judged("duration", 0.05, 0.0), judged("work", 0.9, 0.0, of="a")
    of = Card((whole,), 100, 10, {}, {}, {}, (), ())
    assert of.verdict() == "pass"
    assert replace(of, checks=(whole, part)).verdict() == "doubt"
    assert replace(of, checks=(judged("duration", 0.9, 0.0), part)).verdict() == "fail"

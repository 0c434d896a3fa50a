"""What a log cannot tell is told: without starts, people, hours; one name; a clock that was changed."""

from dataclasses import replace

import numpy as np
import pytest

from anlan.domain.event_log import NO_TIME
from anlan.formats.messages import in_both_languages
from anlan.loop.improve.twin.calibration import calibrate
from anlan.loop.improve.twin.inputs import inputs_of
from anlan.loop.improve.twin.observed import observe
from anlan.loop.quantify.methods.process.process_simulation import METHOD
from anlan.loop.quantify.methods.reading import read_inputs
from known_process import OUT, Known, KnownStep, Team, play

DAY_US = 86_400_000_000
KNOWN = Known(
    {
        "a": KnownStep(lambda rng: rng.exponential(900.0), "day", {"b": 1.0}),
        "b": KnownStep(lambda rng: rng.exponential(1800.0), "day", {OUT: 1.0}),
    },
    {"day": Team(3, 8, 18)}, "a", tuple(2.0 if 8 <= hour < 16 else 0.0 for hour in range(24)),
)  # fmt: skip


@pytest.fixture(scope="module")
def log():
    return play(KNOWN, days=28, seed=3)


def told(log):
    """Codes of what was taken for granted and what is in doubt; the twin runs, and every note has words."""
    found = calibrate(observe(log))
    inputs = inputs_of(found, pool_name=lambda pool: f"team {pool.number}")
    METHOD.run(read_inputs(METHOD.fields, {**inputs, "replications": 2}), seed=1)
    notes = (*found.assumptions, *found.doubts)
    for note in notes:
        assert set(in_both_languages(f"twin_notes.{note.code}", **note.parameters)) == {"zh", "en"}
    return found, {note.code for note in notes}


ALL = {"twin.elapsed_all", "twin.no_people", "twin.one_name", "twin.dates_only", "twin.clock_changes"}


def test_a_whole_log_has_none_of_these_doubts(log) -> None:
    found, codes = told(log)
    assert not codes & ALL
    assert {"twin.laps", "twin.by_chance", "twin.sessions", "twin.one_pool", "twin.first_come"} <= codes
    assert "twin.first_wait" in codes
    assert len(found.pools.pools) == 1


def test_without_starts_it_says_nothing_of_staffing(log) -> None:
    bare = replace(log, start_us=np.full_like(log.start_us, NO_TIME))
    found, codes = told(bare)
    assert codes & ALL == {"twin.elapsed_all"}
    assert found.pools.pools == ()
    assert found.waits == ()


def test_without_people_it_says_nothing_of_staffing(log) -> None:
    found, codes = told(replace(log, resource=np.full_like(log.resource, -1)))
    assert codes & ALL == {"twin.no_people"}
    assert found.pools.pools == ()


def test_one_name_may_be_many_people(log) -> None:
    found, codes = told(replace(log, resource=np.zeros_like(log.resource)))
    assert codes & ALL == {"twin.one_name"}
    assert "twin.at_once" in codes
    assert [pool.members for pool in found.pools.pools] == [1]


def test_dates_tell_nothing_of_hours(log) -> None:
    dates = replace(log, start_us=log.start_us // DAY_US * DAY_US, end_us=log.end_us // DAY_US * DAY_US)
    _, codes = told(dates)
    assert "twin.dates_only" in codes


def test_dates_are_those_of_the_zone_of_the_log(log) -> None:
    eight = 8 * 3_600_000_000
    there = {name: (getattr(log, name) + eight) // DAY_US * DAY_US - eight for name in ("start_us", "end_us")}
    _, codes = told(replace(log, zone="Asia/Shanghai", **there))
    assert "twin.dates_only" in codes


def test_a_clock_put_forward_is_told(log) -> None:
    later = 80 * DAY_US  # 2024-03-21 to 04-17: Berlin's clock goes forward on 03-31
    spring = replace(log, zone="Europe/Berlin", start_us=log.start_us + later, end_us=log.end_us + later)
    found, codes = told(spring)
    assert codes & ALL == {"twin.clock_changes"}
    note = next(each for each in found.doubts if each.code == "twin.clock_changes")
    assert note.parameters == {"n": 1, "zone": "Europe/Berlin"}
    winter = replace(log, zone="Europe/Berlin")
    assert "twin.clock_changes" not in told(winter)[1]

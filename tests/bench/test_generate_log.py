"""The generated log behaves like the bundled one, is the same for a seed, and has the size asked for."""

import numpy as np
import pytest
from bench.generate_log import CHUNK, Events, bundled_behaviour, generate, write_csv, write_xes

from anlan.engines.local import summarise_log
from anlan.formats.reading.read_log import read_log

BEHAVIOUR = bundled_behaviour()


def drawn(events: int, seed: int = 1) -> Events:
    chunks = [vars(chunk) for chunk in generate(BEHAVIOUR, events=events, seed=seed)]
    return Events(**{name: np.concatenate([chunk[name] for chunk in chunks]) for name in chunks[0]})


def test_the_number_of_events_is_exactly_what_was_asked():
    assert len(drawn(1_234).case) == 1_234
    assert len(drawn(2 * CHUNK + 5).case) == 2 * CHUNK + 5


def test_rows_are_in_order_of_time_across_chunks():
    assert (np.diff(drawn(2 * CHUNK + 5).time_s) >= 0).all()


def test_a_seed_gives_the_same_log_and_another_seed_another():
    first, again, other = drawn(3_000), drawn(3_000), drawn(3_000, seed=2)
    assert all((a == b).all() for a, b in zip(vars(first).values(), vars(again).values(), strict=True))
    assert (first.activity != other.activity).any()


def test_cases_take_the_steps_of_the_sample_in_about_its_shares():
    real = np.diff(BEHAVIOUR.person.offsets) / BEHAVIOUR.person.offsets[-1]
    ours = np.bincount(drawn(200_000).activity, minlength=len(BEHAVIOUR.activities)) / 200_000
    assert np.abs(ours - real).max() < 0.03


def test_no_two_events_of_a_case_have_the_same_time():
    events = drawn(50_000)
    assert len(np.unique(np.stack([events.case, events.time_s]), axis=1).T) == 50_000


@pytest.mark.parametrize(("write", "name"), [(write_csv, "log.csv"), (write_xes, "log.xes")])
def test_the_file_is_read_whole_with_its_columns_recognised(write, name, tmp_path):
    write(tmp_path / name, generate(BEHAVIOUR, events=2_000, seed=1), BEHAVIOUR)
    read = read_log(tmp_path / name)
    assert read.log.n_events == 2_000
    assert sum(read.report.rejected.values()) == 0
    assert set(read.log.activity_names) <= set(BEHAVIOUR.activities)
    assert summarise_log(read.log)[0].n_cases == len(np.unique(drawn(2_000).case))

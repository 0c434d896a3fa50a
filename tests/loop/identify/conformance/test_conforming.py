"""Deviations, fitness and precision of small logs by hand."""

from itertools import pairwise

import numpy as np
import pytest

from anlan.domain.design import Design, Link, Step
from anlan.domain.errors import UsageError
from anlan.domain.event_log import EventLog
from anlan.loop.identify.conformance import Conformance, case_variants, conform
from anlan.maths.process_models.alignments import SearchBudget
from logs import make_log

LITTLE = SearchBudget(20_000)


def chain(*names: str, kinds: dict[str, str] | None = None) -> Design:
    steps = tuple(Step(f"key {name}", name, kind=(kinds or {}).get(name, "task")) for name in names)
    return Design(steps, tuple(Link(a.key, b.key) for a, b in pairwise(steps)))


def log_of(*traces: str, times: int = 1) -> EventLog:
    rows = [
        (f"{number}-{k}", activity, f"2024-01-01 {place:02}:{k % 60:02}")
        for number, trace in enumerate(traces)
        for k in range(times)
        for place, activity in enumerate(trace)
    ]
    return make_log(rows)


def found(log: EventLog, design: Design, **settings: np.ndarray) -> Conformance:
    return conform(log, design, budget=LITTLE, **settings)


def seen(result: Conformance) -> set[tuple[str, str, int, int]]:
    return {(d.kind, d.name, len(d.cases), d.events) for d in result.deviations}


def test_skips_insertions_moves_and_unknown_activities_by_hand() -> None:
    """a b c d: one case skips b, one does b twice more, one does c before b, one has an x."""
    result = found(log_of("abcd", "acd", "abbbcd", "acbd", "abxcd"), chain(*"abcd"))
    moved = {deviation.name for deviation in result.deviations if deviation.kind == "moved"}
    assert moved in ({"b"}, {"c"})  # carrying either past the other explains it
    assert seen(result) == {
        ("skipped", "b", 1, 1),
        ("inserted", "b", 1, 2),
        ("moved", *moved, 1, 1),
        ("unknown", "x", 1, 1),
    }
    assert sorted(alignment.cost for alignment in result.alignments) == [0, 1, 1, 2, 2]
    assert result.matched.unknown == ("x",)
    assert result.fitness.of_log == pytest.approx(1 - 6 / (22 + 5 * 4))
    assert result.fitness.of_cases == pytest.approx(np.mean([1, 1 - 1 / 7, 1 - 2 / 10, 1 - 2 / 8, 1 - 1 / 9]))
    assert result.fitness.fitting.estimate == pytest.approx(1 / 5)
    assert result.unproven == 0
    assert result.fitness.at_most == result.fitness.of_log


def test_shares_are_of_the_cases_and_bear_intervals() -> None:
    result = found(log_of("abc", "ac", times=50), chain(*"abc"))
    (deviation,) = result.deviations
    assert (deviation.kind, deviation.step, deviation.events) == ("skipped", "key b", 50)
    assert deviation.share.estimate == 0.5
    assert 0.4 < deviation.share.low < 0.5 < deviation.share.high < 0.6
    names = result.variants.log.case_names.to_pylist()
    assert {names[case].split("-")[0] for case in deviation.cases} == {"1"}


def test_a_step_the_log_never_has_is_named_and_skipped_in_every_case() -> None:
    result = found(log_of("ab", "ab"), chain("a", "approve", "b"))
    assert result.matched.unrecorded == ("key approve",)
    assert seen(result) == {("skipped", "approve", 2, 2)}


def test_a_wait_the_log_never_has_passes_in_silence_and_is_named() -> None:
    result = found(log_of("ab"), chain("a", "rest", "b", kinds={"rest": "wait"}))
    assert result.matched.unchecked == ("key rest",)
    assert result.deviations == ()
    assert result.fitness.of_log == 1.0


def test_names_match_by_name_by_key_and_by_english_name() -> None:
    steps = (Step("k1", " a "), Step("b", "乙"), Step("k3", "丙", "c"), Step("k4", "丁"))
    result = found(log_of("abc"), Design(steps, (Link("k1", "b"), Link("b", "k3"), Link("k3", "k4"))))
    assert result.matched.unknown == ()
    assert result.matched.unrecorded == ("k4",)


def test_only_the_cases_asked_for_are_looked_at() -> None:
    log = log_of("abc", "ac", "b")
    among = np.array([name.startswith(("0", "1")) for name in log.case_names.to_pylist()])
    result = found(log, chain(*"abc"), among=among)
    assert (result.n_cases, result.cases_left_out) == (2, 1)
    assert seen(result) == {("skipped", "b", 1, 1)}
    with pytest.raises(UsageError, match="no_cases"):
        found(log, chain(*"abc"), among=np.zeros(3, dtype=bool))


def test_a_loop_never_gone_lowers_precision_and_not_fitness() -> None:
    design = chain(*"abc")
    looped = Design(design.steps, (*design.links, Link("key b", "key a")))
    log = log_of("abc", times=10)
    strict, loose = found(log, design), found(log, looped)
    assert strict.fitness.of_log == loose.fitness.of_log == 1.0
    assert strict.precision is not None
    assert loose.precision is not None
    assert strict.precision.value == 1.0
    assert loose.precision.value == pytest.approx(30 / 40)
    assert loose.precision.escapes == {"a": 10}


def test_a_model_that_can_get_stuck_is_told() -> None:
    steps = (Step("a", "a"), Step("b", "b"), Step("c", "c"), Step("j", "j", kind="gateway", form="and"),
             Step("d", "d"), Step("e", "e"))  # fmt: skip
    links = [("a", "b"), ("a", "c"), ("b", "j"), ("c", "j"), ("j", "d"), ("a", "e")]
    result = found(log_of("ae"), Design(steps, tuple(Link(*pair) for pair in links)))
    assert result.model_verdict == "stuck"
    assert "d" in result.dead_steps


def test_each_case_walks_its_variant_and_the_commonest_comes_first() -> None:
    log = log_of("ab", "ba", "ba", "abc")
    variants = case_variants(log)
    names = log.activity_names
    walked = ["".join(names[c] for c in variants.codes(v)) for v in variants.of_case]
    assert sorted(walked) == ["ab", "abc", "ba", "ba"]
    assert variants.counts.tolist() == [2, 1, 1]
    assert variants.sequences() == {("b", "a"): 2, ("a", "b"): 1, ("a", "b", "c"): 1}

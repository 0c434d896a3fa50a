"""Deviations from a model as findings: planted ones are found, and nothing without a model."""

from itertools import pairwise

import numpy as np

from anlan.domain.design import Design, Link, Step
from anlan.domain.event_log import EventLog
from anlan.loop.identify import identify
from anlan.loop.identify.model_deviations import FINDERS, MOST
from finders import at, check_exposed, context_of, found, numbers_of
from logs import LogDraft, random_draft

USUAL = ("register", "check", "decide", "notify", "close")
CODES = [code for code, _ in FINDERS]


def chain(*names: str) -> Design:
    steps = tuple(Step(name, name) for name in names)
    return Design(steps, tuple(Link(a, b) for a, b in pairwise(names)))


def planted(seed: int = 1) -> tuple[LogDraft, dict[str, np.ndarray]]:
    draft = random_draft(seed=seed, n_cases=600)
    numbers = np.arange(draft.n_cases)
    groups = {"skipped": numbers % 10 == 0, "inserted": numbers % 10 == 1, "unknown": numbers % 10 == 2}
    draft.keep(~((draft.steps == "notify") & groups["skipped"][draft.case]))
    draft.insert_after((draft.steps == "decide") & groups["inserted"][draft.case], "register", 60.0)
    draft.insert_after((draft.steps == "decide") & groups["unknown"][draft.case], "remind", 60.0)
    return draft, groups


def names_of(log: EventLog) -> set[str]:
    return set(log.activity_names)


def test_planted_deviations_are_found_with_exactly_their_cases() -> None:
    draft, groups = planted()
    log = draft.build()
    assert set(USUAL) <= names_of(log)
    for code, node, group in (
        ("model_skipped", "notify", "skipped"),
        ("model_inserted", "register", "inserted"),
        ("model_unknown", "remind", "unknown"),
    ):
        finding = at(found(log, code, model=chain(*USUAL)), node)
        assert finding.affected.tolist() == numbers_of(log, groups[group]).tolist(), code
        assert finding.exposure == 600
        assert finding.p is None
        check_exposed(finding)


def test_a_step_carried_to_another_place_is_moved() -> None:
    log = random_draft(seed=2, n_cases=300).build()
    moved = found(log, "model_moved", model=chain("register", "check", "notify", "decide", "close"))
    assert sum(len(finding.affected) for finding in moved) == 300
    assert {finding.nodes for finding in moved} <= {("notify",), ("decide",)}


def test_without_a_model_nothing_is_held_against_one() -> None:
    draft, _ = planted()
    assert not [f for f in identify(context_of(draft.build())) if f.code in CODES]


def test_cases_that_follow_the_model_give_no_finding() -> None:
    log = random_draft(seed=3, n_cases=200).build()
    assert [f for f in identify(context_of(log, model=chain(*USUAL))) if f.code in CODES] == []


def test_a_step_the_log_never_records_is_no_finding() -> None:
    log = random_draft(seed=3, n_cases=200).build()
    assert found(log, "model_skipped", model=chain("register", "sign", *USUAL[1:])) == []


def test_open_cases_have_left_nothing_out() -> None:
    draft = random_draft(seed=4, n_cases=400)
    draft.keep(~((np.arange(400) % 4 == 0)[draft.case] & np.isin(draft.steps, ("notify", "close"))))
    settings = {"model": chain(*USUAL), "closing_activities": ("close",)}
    assert found(draft.build(), "model_skipped", **settings) == []


def test_of_many_kinds_those_of_most_cases_are_given() -> None:
    draft = random_draft(seed=5, n_cases=600)
    for number in range(MOST + 5):
        hit = (draft.steps == "decide") & (draft.case % 30 == number)
        draft.insert_after(hit, f"extra {number:02}", 60.0)
    assert len(found(draft.build(), "model_unknown", model=chain(*USUAL))) == MOST

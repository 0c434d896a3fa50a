"""A long method says how far it is and ends where it is told to; neither changes its answer."""

import json
from typing import Any

import pytest

from anlan.formats.spec_file import read_spec_file
from anlan.maths.progress import watched
from anlan.studies.catalogue import METHOD
from anlan.studies.methods.assessing import assess_by_spec
from anlan.studies.methods.explaining import EXAMPLES
from anlan.studies.methods.running import run_method
from anlan.studies.running import Ask

LONG = (
    "annual_loss", "fair", "compare", "distribution_fit", "fault_tree", "event_tree", "bow_tie", "bayes_net",
    "markov_availability", "tornado", "sobol", "morris",
)  # fmt: skip


class Stopped(Exception):  # noqa: N818 - not a fault
    """Somebody cancelled."""


def _example(code: str) -> dict[str, Any]:
    return read_spec_file(EXAMPLES / f"{code}.yaml")


@pytest.mark.parametrize("code", LONG)
def test_shares_are_told_and_the_answer_stays_the_same(code: str) -> None:
    document = _example(code)
    heard: list[float] = []
    with watched(heard.append):
        watched_answer = assess_by_spec(document)
    assert json.dumps(watched_answer) == json.dumps(assess_by_spec(document))
    assert len(heard) > 1
    assert heard == sorted(heard)
    assert 0 <= heard[0] <= heard[-1] <= 1


@pytest.mark.parametrize("code", LONG)
def test_whoever_waits_can_end_it_at_any_word(code: str) -> None:
    document = _example(code)
    words: list[float] = []

    def stop_at_the_second(share: float) -> None:
        words.append(share)
        if len(words) == 2:
            raise Stopped

    with pytest.raises(Stopped), watched(stop_at_the_second):
        assess_by_spec(document)
    assert len(words) == 2


def test_a_run_of_a_method_is_a_whole_of_its_own() -> None:
    told: list[tuple[str, float]] = []
    document = _example("sobol")
    run_method(
        Ask(f"{METHOD}sobol", {"spec": document}, "", progress=lambda step, share: told.append((step, share)))
    )
    assert {step for step, _ in told} == {"method"}
    assert told[0][1] == 0.0

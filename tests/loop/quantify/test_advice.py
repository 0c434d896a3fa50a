"""The advisor knows every method and never recommends what the situation cannot feed."""

import itertools

import pytest

from anlan.loop.quantify.advice import DATA, PROFILES, PURPOSES, Situation, advise
from anlan.loop.quantify.methods import METHODS

SITUATIONS = [Situation(*each) for each in itertools.product(PURPOSES, DATA, (0, 1, 2, 5), (False, True))]


def test_every_method_has_a_profile() -> None:
    assert set(METHODS) <= set(PROFILES)


@pytest.mark.parametrize("purpose", PURPOSES)
def test_with_data_and_experts_every_purpose_has_a_method(purpose: str) -> None:
    assert advise(Situation(purpose, "many", 5), tuple(PROFILES))


def test_nothing_is_recommended_that_lacks_its_data_experts_or_purpose() -> None:
    for situation in SITUATIONS:
        for advice in advise(situation, tuple(PROFILES)):
            profile = PROFILES[advice.method]
            assert situation.purpose in profile.purposes
            assert profile.experts <= situation.experts
            assert DATA.index(profile.least_data) <= DATA.index(situation.data)
            assert advice.why


def test_more_data_and_more_experts_never_take_a_method_away() -> None:
    for s in SITUATIONS:
        now = {a.method for a in advise(s, tuple(PROFILES))}
        richer = Situation(s.purpose, "many", s.experts + 3, s.dependence)
        assert now <= {a.method for a in advise(richer, tuple(PROFILES))}


def test_where_events_hang_together_a_method_that_holds_it_comes_first() -> None:
    first = advise(Situation("structure", "few", 3, dependence=True), tuple(PROFILES))[0]
    assert PROFILES[first.method].dependence
    assert not first.open


def test_the_frequency_of_a_few_events_is_blended_and_without_them_asked_from_an_expert() -> None:
    few = [a.method for a in advise(Situation("frequency", "few", 1), tuple(PROFILES))]
    none = [a.method for a in advise(Situation("frequency", "none", 1), tuple(PROFILES))]
    assert few[:2] == ["rate_blend", "share_blend"]
    assert "three_point" in none


def _advised(purpose: str, data: str = "many", experts: int = 5) -> set[str]:
    return {a.method for a in advise(Situation(purpose, data, experts), tuple(PROFILES))}


def test_a_fit_of_loss_sizes_is_no_answer_to_how_often() -> None:
    assert "distribution_fit" in _advised("loss")
    assert "distribution_fit" not in _advised("frequency")


def test_trees_of_events_tell_how_often_and_a_choice_needs_no_records_of_events() -> None:
    assert {"fault_tree", "event_tree", "bow_tie"} <= _advised("frequency", "none")
    assert {"ahp", "topsis", "vikor", "grey_relational"} <= _advised("choice", "none")
    (topsis,) = (a for a in advise(Situation("choice"), tuple(PROFILES)) if a.method == "topsis")
    assert "advice.needs_no_data" in [note.code for note in topsis.why]

"""The advisor in words, from a line of a command or the fields of a form."""

import pytest

from anlan.formats.messages import LANGUAGES
from anlan.loop.quantify.advice import DATA, PURPOSES, Situation
from anlan.loop.quantify.methods.faults import RefusedInputs
from anlan.studies.methods.advising import recommended, situation_of_words


def test_a_line_is_read_and_every_fault_in_it_is_said() -> None:
    assert situation_of_words("purpose=loss data=few，experts=２ dependence") == Situation(
        "loss", "few", 2, True
    )
    with pytest.raises(RefusedInputs) as refused:
        situation_of_words("purpose=joy data=some experts=many weather=fine")
    names = {fault.parameters["name"] for fault in refused.value.several}
    assert names == {"purpose", "data", "experts", "weather"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_reason_has_words(language: str) -> None:
    for purpose in PURPOSES:
        for data in DATA:
            for dependence in (False, True):
                for each in recommended(Situation(purpose, data, 5, dependence), language=language):
                    assert each.why
                    assert all(each.why + each.open)

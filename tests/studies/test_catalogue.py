"""The catalogue of studies: one per stage, asked the same on the command line and in forms."""

import pytest

from anlan.cli.commands import ANALYSIS, COMMANDS
from anlan.domain.errors import UsageError
from anlan.loop import STAGES
from anlan.studies.catalogue import add_study, function, studies, study, with_defaults
from anlan.studies.parameters import LOG_PARAMETERS, Parameter


def test_each_stage_of_the_loop_has_a_study_and_a_command() -> None:
    codes = [entry.code for entry in studies()]
    assert codes == ["assess", *STAGES]
    commands = {command.words[0].replace("-", "_") for command in COMMANDS}
    assert set(codes) <= commands


def test_the_command_line_asks_what_the_catalogue_says() -> None:
    options = {option.flags[0].lstrip("-").replace("-", "_"): option for option in ANALYSIS}
    assert set(options) - {"process", "seed"} == {parameter.name for parameter in LOG_PARAMETERS}
    for parameter in LOG_PARAMETERS:
        assert options[parameter.name].settings.get("default") == parameter.default


def test_every_study_names_functions_that_exist_in_both_languages_of_words() -> None:
    for entry in studies():
        assert callable(function(entry.run))
        assert callable(function(entry.figures))
        for words in (entry.title, entry.about, *(p.help for p in entry.parameters)):
            assert words["zh"]
            assert words["en"]


def test_empty_answers_become_the_default_and_unknown_questions_are_refused() -> None:
    answers = with_defaults(study("treat"), {"sla": "5d", "packs": ""})
    assert (answers["sla"], answers["packs"], answers["budget"]) == ("5d", "auto", None)
    with pytest.raises(UsageError, match=r"study\.parameter_unknown"):
        with_defaults(study("treat"), {"bugdet": "60d"})
    with pytest.raises(UsageError, match=r"study\.unknown"):
        study("guess")
    with pytest.raises(ValueError, match="treat"):
        add_study(study("treat"))


@pytest.mark.parametrize(("value", "fits"), [(1, True), ("6", True), (0, False), (7, False), ("x", False)])
def test_numbers_stay_inside_their_limits(value: object, fits: bool) -> None:
    words = {"zh": "班次", "en": "shifts"}
    asked = Parameter("shifts", "integer", words, words, low=1, high=6)
    entry = study("treat")
    new = type(entry)("x", words, words, (asked,), run=entry.run, figures=entry.figures)
    if fits:
        assert with_defaults(new, {"shifts": value})["shifts"] == int(str(value))
    else:
        with pytest.raises(UsageError, match=r"study\.number"):
            with_defaults(new, {"shifts": value})

"""What was probably meant is said for misspelt commands, flags and choices."""

import re

import pytest

from anlan.cli.main import main


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        (("asess", "x.csv"), "assess"),
        (("log", "lst"), "list"),
        (("assess", "x.csv", "--bugdet", "60d"), "--budget"),
        (("assess", "x.csv", "--oout=x"), "--out"),
        (("quantify", "x.csv", "--on-bad-rows", "set_aside"), "set-aside"),
    ],
)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_misspelt_word_of_the_command_line_is_answered_with_the_right_one(
    capsys: pytest.CaptureFixture[str], words: tuple[str, ...], meant: str, language: str
) -> None:
    with pytest.raises(SystemExit) as left:
        main(["--lang", language, *words])
    assert left.value.code == 2
    said = capsys.readouterr().err
    assert (
        re.search("您是不是要写“(.+?)”？" if language == "zh" else "Did you mean “(.+?)”", said)[1] == meant
    )


def test_a_word_that_is_close_to_nothing_gets_no_proposal(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["assess", "x.csv", "--zzzz", "1"])
    said = capsys.readouterr().err
    assert "--zzzz" in said
    assert "您是不是" not in said


def test_what_follows_two_dashes_is_no_flag(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["log", "describe", "--", "--no-such-log"]) == 2
    assert "--no-such-log" in capsys.readouterr().err

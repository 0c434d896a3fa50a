"""Options that mean nothing are refused; a point of view must be able to see something."""

import json
from pathlib import Path

import pytest

from anlan.cli.main import main

ROWS = [
    f"c{n},{step},2026-03-{1 + n % 28:02} {8 + k:02}:00:00" for n in range(40) for k, step in enumerate("abc")
]


@pytest.fixture
def log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("ANLAN_HOME", str(tmp_path / "home"))
    (tmp_path / "hall.csv").write_text("case,activity,time\n" + "\n".join(ROWS) + "\n")
    return str(tmp_path / "hall.csv")


@pytest.mark.parametrize(
    "words",
    [
        ("--packs", ""), ("--packs", ","), ("--map", ""), ("--map", ","), ("--time-format", ""),
        ("--sheet", ""), ("--sheet", "March"), ("--process", " "), ("--costs", ""),
        ("--seed", "-1"), ("--seed", "9" * 26),
        ("--as-of", "2026-02-28"), ("--as-of", "1969-12-31"), ("--budget", "1,5d"),
    ],
)  # fmt: skip
def test_an_option_without_a_meaning_is_refused(
    tmp_path: Path, log: str, words: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["assess", log, "--out", str(tmp_path / "out"), "--lang", "en", *words]) == 2
    assert words[0] in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_a_blank_result_folder_is_not_the_current_one(log: str) -> None:
    assert main(["assess", log, "--out", ""]) == 2


@pytest.mark.parametrize(
    ("as_of", "noted"), [("2026-04-15", False), ("2027-03-01", False), ("9000-01-01", True)]
)
def test_a_point_of_view_long_after_the_log_is_noted(
    tmp_path: Path, log: str, as_of: str, noted: bool
) -> None:
    assert main(["assess", log, "--as-of", as_of, "--out", str(tmp_path / "out")]) == 0
    notes = json.loads((tmp_path / "out" / "result.json").read_text())["notes"]
    assert noted == any(note["code"] == "as_of_far" for note in notes)

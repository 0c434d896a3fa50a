"""A column of ids taken for activities is refused with the count before any stage begins."""

from pathlib import Path

import pytest

from anlan.cli.main import main
from process_log import hall_log


def test_more_kinds_of_steps_than_a_process_has_are_refused_with_the_column(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("ANLAN_HOME", str(tmp_path / "home"))
    log = str(hall_log(tmp_path / "hall.csv"))
    words = ["assess", log, "--out", str(tmp_path / "out")]
    monkeypatch.setattr("anlan.studies.workspace.MOST_ACTIVITIES", 2)
    assert main([*words, "--lang", "en"]) == 3
    said = capsys.readouterr().err
    assert "Is this the right column?" in said
    assert "up to 2." in said
    assert main([*words, "--lang", "zh"]) == 3
    assert "这一列选对了吗" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()
    monkeypatch.undo()
    monkeypatch.setenv("ANLAN_HOME", str(tmp_path / "home"))
    assert main(words) == 0

"""A run tells how far it is, stage by stage, and never goes back."""

import io
from itertools import pairwise
from pathlib import Path

import pytest

from anlan.cli.asked import read_options, workspace
from anlan.cli.parser import build_parser
from anlan.cli.speak import ProgressLine
from anlan.studies.assess import assess
from anlan.studies.loading import load_log
from anlan.studies.progress import METHOD, STAGES, share_of_whole
from process_log import hall_log


@pytest.fixture
def told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, float]]:
    """What a whole run tells."""
    monkeypatch.setenv("ANLAN_HOME", str(tmp_path / "home"))
    words = ["assess", str(hall_log(tmp_path / "hall.csv")), "--sla", "5h", "--budget", "30d", "--out", "x"]
    options = build_parser("en").parse_args(words)
    said: list[tuple[str, float]] = []
    listen = lambda stage, done: said.append((stage, done))  # noqa: E731
    loaded = load_log(options.log, read_options(options), progress=listen)
    assess(workspace(options, loaded, listen))
    return said


def test_the_share_of_the_whole_never_falls(told: list[tuple[str, float]]) -> None:
    shares = [share_of_whole(stage, done) for stage, done in told]
    assert all(later >= earlier for earlier, later in pairwise(shares)), told
    assert shares[0] == 0


def test_every_stage_is_named_once_in_the_order_it_is_computed(told: list[tuple[str, float]]) -> None:
    named = list(dict.fromkeys(stage for stage, _ in told))
    assert [*named, "report"] == list(STAGES)
    changes = [stage for (before, _), (stage, _) in pairwise(told) if stage != before]
    assert len(changes) == len(set(changes))


def test_the_line_on_the_terminal_keeps_the_highest_share(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = io.StringIO()
    monkeypatch.setattr("sys.stderr", screen)
    line = ProgressLine("en", after_s=0.0)
    for stage in ("read", "treat", "identify"):
        line(stage, 0.0)
    lines = [text.split() for text in screen.getvalue().splitlines() if "%" in text]
    assert [int(words[-3].rstrip("%")) for words in lines] == [0, 74, 74]


def test_work_that_is_no_stage_of_a_run_is_a_whole_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = io.StringIO()
    monkeypatch.setattr("sys.stderr", screen)
    ProgressLine("en", after_s=0.0)("audit", 0.25)
    assert "25%" in screen.getvalue()


def test_the_stage_of_a_method_is_a_whole_of_its_own() -> None:
    assert [share_of_whole(METHOD, done) for done in (-1.0, 0.25, 2.0)] == [0.0, 0.25, 1.0]

"""Indicators taken up from an assessment bring their history; a history opens no alert."""

from typing import Any

import pytest

from anlan.web.catalog.services import create_process
from anlan.web.monitoring.models import Alert, Indicator
from anlan.web.monitoring.services import adopting
from anlan.web.monitoring.services.watching import watch
from anlan.web.readings.models import Reading, Touched, Watch
from anlan.web.runs.models import Run

DAYS = [f"2026-03-{day:02}" for day in range(1, 11)]
PROPOSAL = {
    "code": "wait-n1", "title": {"zh": "受理等待", "en": "Wait at intake"},
    "definition": {"zh": "每日均值", "en": "Mean of each day"}, "nodes": ["受理"], "risk": "delay:n1",
    "grain": "day", "unit": "s", "direction": "higher_worse", "fire": 600.0, "clear": 500.0,
    "left_out": [DAYS[0]], "series": [[day, 700.0, 20] for day in DAYS],
}  # fmt: skip


@pytest.fixture
def run(organisation: Any, monkeypatch: pytest.MonkeyPatch) -> Run:
    manager = organisation.people["risk_manager"]
    process = create_process(unit=organisation.north, name="营业厅", name_en="Hall", actor=manager)
    monkeypatch.setattr(adopting, "result_of", lambda run: {"monitor": [PROPOSAL]})
    return Run.objects.create(
        code="RN-9001", study="assess", process=process, unit=organisation.north, state=Run.State.DONE
    )


def test_readings_of_the_log_come_with_it_and_open_no_alert(organisation: Any, run: Run) -> None:
    [made] = adopting.adopt(run, ["wait-n1"], actor=organisation.people["risk_manager"])
    watch()
    assert Reading.objects.count() == len(DAYS)
    assert Reading.objects.filter(quality=Reading.Quality.DOUBTFUL).count() == 1
    assert not Touched.objects.exists()
    assert not Alert.objects.exists()
    assert [row["made"] for row in adopting.proposals_of(run)] == [made]


@pytest.mark.parametrize("place", ["take", "pass_over"])
def test_a_process_that_ends_in_the_midst_leaves_what_asking_again_finishes(
    organisation: Any, run: Run, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    manager = organisation.people["risk_manager"]

    def ends(*given: Any, **named: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as once:
        once.setattr(adopting, place, ends)
        with pytest.raises(KeyboardInterrupt):
            adopting.adopt(run, ["wait-n1"], actor=manager)
    watch()
    assert not Alert.objects.exists()
    assert [row["made"] for row in adopting.proposals_of(run)] == [None]
    [made] = adopting.adopt(run, ["wait-n1"], actor=manager)
    assert Indicator.objects.get() == made
    assert Reading.objects.count() == len(DAYS)
    assert Watch.objects.count() == 1
    watch()
    assert not Alert.objects.exists()

"""A watched folder: each content once, half-written files left, bad rows in doubt, nothing touched."""

import io
import os
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from django.utils import timezone

from anlan.domain.errors import AnlanError, RefusedInput
from anlan.web.monitoring.models import Indicator
from anlan.web.people.permissions import Refused
from anlan.web.readings.models import Delivery, Quarantined, Reading, Superseded
from anlan.web.sources import running, services
from anlan.web.sources.models import Source, SourceFile, SourceRun
from anlan.web.sources.running import take_due
from anlan.web.sources.services import Wanted, change_source, preview
from web.sources.conftest import due, put

HEADINGS = "day,wait_min,station\n"
ROWS = HEADINGS + "2026-11-01T08:00,5,N\n2026-11-01T09:00,6,NH\n2026-11-01T10:00,x,N\n"


@pytest.fixture
def source(make: Callable[..., Source], inbox: Path, indicator: Indicator, settings: Any) -> Source:
    # files of the tests are new to the file system, whatever time they bear
    return make("folder", {
        "folder": str(inbox), "quiet_s": 1, "indicator": indicator.code, "zone": "Asia/Shanghai",
        "columns": "at=day, value=wait_min, unit=station", "measured_in": "min",
    })  # fmt: skip


@pytest.fixture(autouse=True)
def _quiet_by_its_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Files were put just now; an hour has passed since then."""
    real = running.now_us
    monkeypatch.setattr(running, "now_us", lambda: real() + 200_000_000)


def test_good_rows_are_taken_once_and_bad_ones_wait_with_the_reason(source: Source, inbox: Path) -> None:
    path = put(inbox, "a.csv", ROWS)
    assert take_due() == 1
    source.refresh_from_db()
    assert (source.taken, source.doubts, source.error) == (2, 1, {})
    values = list(Reading.objects.order_by("at").values_list("value", "source"))
    assert values == [(300.0, f"source:{source.code}"), (360.0, f"source:{source.code}")]
    at = datetime.fromisoformat("2026-11-01T08:00+08:00").timestamp()
    assert Reading.objects.order_by("at").first().at == at * 1e6
    assert Quarantined.objects.get().code == "monitor.row.value"
    put(inbox, "the same under another name.csv", ROWS)
    due(source)
    assert take_due() == 1
    assert (Reading.objects.count(), Delivery.objects.count(), SourceRun.objects.count()) == (2, 1, 1)
    assert path.read_text() == ROWS


def test_it_is_not_due_before_its_time(source: Source, inbox: Path) -> None:
    assert (take_due(), take_due()) == (1, 0)


def test_a_changed_file_corrects_and_keeps_what_stood(source: Source, inbox: Path) -> None:
    put(inbox, "a.csv", ROWS)
    take_due()
    put(inbox, "a.csv", ROWS.replace(",6,", ",7,"))
    due(source)
    take_due()
    source.refresh_from_db()
    assert (source.taken, source.corrected, Superseded.objects.get().value) == (2, 1, 360.0)
    assert Quarantined.objects.count() == 1


def test_a_file_being_written_is_left_until_it_is_quiet(
    source: Source, inbox: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.undo()
    source.settings["quiet_s"] = 3600
    source.save()
    put(inbox, "a.csv", ROWS)
    for name in ("b.csv.part", ".c.csv", "~$d.xlsx"):
        put(inbox, name, ROWS)
    os.symlink("/etc/hostname", inbox / "e.csv")
    take_due()
    assert (Reading.objects.count(), SourceFile.objects.count()) == (0, 0)


def test_what_cannot_be_read_is_noted_as_failed_and_read_again_under_other_settings(
    source: Source, inbox: Path, organisation: Any
) -> None:
    put(inbox, "a.csv", b"day,wait_min\n\xff\xfe")
    put(inbox, "b.csv", HEADINGS.replace("day", "when") + "2026-11-01T08:00,5,N\n")
    take_due()
    found = {each.name: each.failed for each in SourceFile.objects.all()}
    assert found == {"a.csv": True, "b.csv": True}
    said = {each.item: each.error.get("code") for each in SourceRun.objects.all()}
    assert said == {"a.csv": "monitor.batch.encoding", "b.csv": None}
    source.refresh_from_db()
    wanted = Wanted(source.name, source.settings | {"columns": "at=when, value=wait_min, unit=station"})
    change_source(source, wanted, seen=source.version, actor=organisation.people["risk_manager"])
    take_due()
    assert Reading.objects.count() == 1


def test_a_kill_between_readings_and_note_takes_nothing_twice(
    source: Source, inbox: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(inbox, "a.csv", ROWS)
    kept = SourceRun.objects.create

    class Killed(BaseException):
        pass

    def killed(**_: Any) -> None:
        raise Killed

    monkeypatch.setattr(SourceRun.objects, "create", killed)
    with pytest.raises(Killed):
        take_due()
    assert (Reading.objects.count(), SourceFile.objects.count()) == (2, 0)
    monkeypatch.setattr(SourceRun.objects, "create", kept)
    due(source)
    assert take_due() == 1
    source.refresh_from_db()
    assert (Reading.objects.count(), Delivery.objects.count(), Quarantined.objects.count()) == (2, 1, 1)
    assert (source.taken, source.doubts) == (2, 1)


def test_a_long_file_comes_in_parts_and_whole(source: Source, inbox: Path, organisation: Any) -> None:
    lines = [f"{1_700_000_000 + n * 600},{n % 80},N" for n in range(10_001)]
    times = [
        f"{datetime.fromtimestamp(int(line.split(',')[0])).astimezone().isoformat()},{line.partition(',')[2]}"
        for line in lines
    ]
    put(inbox, "long.csv", HEADINGS + "\n".join(times))
    take_due()
    source.refresh_from_db()
    assert (source.taken, SourceRun.objects.count(), SourceFile.objects.count()) == (10_001, 2, 1)


def test_a_workbook_is_read_with_its_dates_and_numbers(source: Source, inbox: Path) -> None:
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream)
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, ["day", "wait_min", "station", "n"])
    sheet.write_datetime(1, 0, datetime(2026, 11, 1, 8), book.add_format({"num_format": "yyyy-mm-dd hh:mm"}))
    sheet.write_row(1, 1, [5, "N", 31])
    book.close()
    put(inbox, "a.xlsx", stream.getvalue())
    take_due()
    found = Reading.objects.get()
    assert (found.value, found.n) == (300.0, 31)
    assert found.at == datetime.fromisoformat("2026-11-01T08:00+08:00").timestamp() * 1e6


def test_trying_shows_what_would_come_and_changes_nothing(
    source: Source, inbox: Path, organisation: Any
) -> None:
    put(inbox, "a.csv", ROWS)
    before = Source.objects.values().get()
    found = preview(source, actor=organisation.people["risk_manager"])
    assert [each.value for each in found.rows] == [300.0, 360.0, None]
    assert [each.fault.code if each.fault else "" for each in found.rows] == ["", "", "monitor.row.value"]
    assert (found.item, Source.objects.values().get()) == ("a.csv", before)
    assert [each.objects.count() for each in (Reading, Quarantined, SourceFile)] == [0, 0, 0]


def test_it_reports_for_its_own_units_alone(source: Source, inbox: Path) -> None:
    put(inbox, "a.csv", HEADINGS + "2026-11-01T08:00,5,S\n2026-11-01T08:00,5,ROOT\n2026-11-01T08:00,5,NH\n")
    take_due()
    assert Reading.objects.count() == 1
    assert {each.code for each in Quarantined.objects.all()} == {"monitor.row.unit"}
    assert set(Quarantined.objects.values_list("unit", flat=True)) == {None}


@pytest.mark.parametrize("place", ["/etc", "{inbox}/../..", "relative", "{inbox}/link"])
def test_only_listed_folders_are_read(
    place: str, make: Callable[..., Source], inbox: Path, organisation: Any
) -> None:
    os.symlink("/etc", inbox / "link")
    with pytest.raises(RefusedInput, match=r"sources\.folder"):
        make("folder", {"folder": place.format(inbox=inbox)})


def test_a_folder_of_one_branch_is_closed_to_another(
    inbox: Path, settings: Any, organisation: Any, make: Callable[..., Source]
) -> None:
    settings.SOURCE_FOLDERS = (f"S={inbox}",)
    with pytest.raises(RefusedInput, match=r"sources\.folder"):
        make("folder", {"folder": str(inbox)})
    wanted = Wanted("x", {"folder": str(inbox)})
    assert services.create_source(organisation.south, "folder", wanted, actor=organisation.outsider).pk
    with pytest.raises(Refused):
        services.create_source(organisation.north, "folder", wanted, actor=organisation.outsider)


def test_a_folder_that_is_gone_is_an_error_of_the_source_and_is_tried_again(
    source: Source, inbox: Path
) -> None:
    inbox.rmdir()
    take_due()
    due(source)
    take_due()
    source.refresh_from_db()
    assert source.error["code"] == "sources.folder_missing"
    assert SourceRun.objects.count() == 1
    assert source.next_at > timezone.now()
    inbox.mkdir()
    due(source)
    take_due()
    source.refresh_from_db()
    assert source.error == {}


def test_all_faults_of_the_settings_are_told_at_once(make: Callable[..., Source], inbox: Path) -> None:
    with pytest.raises(AnlanError) as told:
        make("folder", {"quiet_s": "soon", "zone": "Moon", "columns": "x=y", "colour": "red"})
    codes = {each.code for each in told.value.several}
    assert codes == {"sources.needed", "sources.whole", "sources.zone", "sources.columns", "sources.field"}

"""A query on a schedule: what is new since the watermark, within limits, and nothing is ever written."""

import sqlite3
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from anlan.domain.errors import RefusedInput
from anlan.web.monitoring.models import Indicator
from anlan.web.readings.models import Quarantined, Reading, Superseded
from anlan.web.sources.kinds.sql import SETTINGS
from anlan.web.sources.models import Source, SourceRun
from anlan.web.sources.running import take_due
from anlan.web.sources.sealed import opened
from anlan.web.sources.services import preview
from web.sources.conftest import due

SERVER = {"host": "127.0.0.1", "port": 5432, "database": "postgres", "user": "postgres"}
CREATE = "CREATE TABLE {table} (id integer, at text, wait double precision)"


@dataclass
class Base:
    """A database with a table of waits; run() writes as its owner does."""

    table: str
    settings: dict[str, Any]
    run: Callable[[str], list[Any]]

    def add(self, *ids: int, wait: float = 300) -> None:
        for number in ids:
            at = f"2026-11-01T{number // 60:02}:{number % 60:02}+08:00"
            self.run(f"INSERT INTO {self.table} VALUES ({number}, '{at}', {wait})")

    def query(self, end: str = "") -> str:
        return f"SELECT id, at, wait AS value FROM {self.table} {end}"


@pytest.fixture(params=["sqlite", "postgresql"])
def base(request: pytest.FixtureRequest, inbox: Path, settings: Any) -> Iterator[Base]:
    found = _sqlite(inbox) if request.param == "sqlite" else _postgresql(settings)
    found.run(CREATE.format(table=found.table))
    found.add(1, 2, 3)
    yield found
    found.run(f"DROP TABLE {found.table}")


def _sqlite(inbox: Path) -> Base:
    path = inbox / "waits.sqlite3"

    def run(query: str) -> list[Any]:
        with sqlite3.connect(path) as own:
            rows = own.execute(query).fetchall()
        own.close()
        return rows

    return Base("waits", {"engine": "sqlite", "file": str(path)}, run)


def _postgresql(settings: Any) -> Base:
    psycopg = pytest.importorskip("psycopg")
    try:
        own = psycopg.connect("postgresql://postgres@127.0.0.1/postgres", autocommit=True, connect_timeout=3)
    except psycopg.OperationalError as fault:
        pytest.skip(f"PostgreSQL does not answer: {fault}")
    settings.SOURCE_HOSTS = ("127.0.0.1:5432",)

    def run(query: str) -> list[Any]:
        cursor = own.execute(query)
        return cursor.fetchall() if cursor.description else []

    return Base(f"waits_{uuid.uuid4().hex[:10]}", {"engine": "postgresql", **SERVER}, run)


@pytest.fixture
def made(make: Callable[..., Source], base: Base, indicator: Indicator) -> Callable[..., Source]:
    def source(query: str, **more: Any) -> Source:
        given = {"query": query, "indicator": indicator.code, "unit": "N", **base.settings, **more}
        return make("sql", given)

    return source


def since(made: Callable[..., Source], base: Base, **more: Any) -> Source:
    query = base.query("WHERE id > :since ORDER BY id")
    return made(query, watermark="id", begin="0", **more)


def test_each_run_takes_what_is_new_since_the_watermark(made: Any, base: Base) -> None:
    source = since(made, base)
    take_due()
    assert list(Reading.objects.values_list("value", flat=True)) == [300.0] * 3
    base.add(4)
    due(source)
    take_due()
    source.refresh_from_db()
    assert (source.taken, source.place["since"], source.error) == (4, 4, {})
    assert [each.rows for each in SourceRun.objects.order_by("id")] == [3, 1]
    due(source)
    take_due()
    assert SourceRun.objects.count() == 2


def test_more_than_the_row_limit_comes_in_runs_one_after_the_other(made: Any, base: Base) -> None:
    source = since(made, base, row_limit=2)
    take_due()
    assert (Reading.objects.count(), take_due(), Reading.objects.count(), take_due()) == (2, 1, 3, 0)
    source.refresh_from_db()
    assert source.place["since"] == 3


def test_rows_that_share_a_watermark_beyond_the_limit_are_an_error(made: Any, base: Base) -> None:
    base.add(3, 3, 3)
    source = made(base.query("WHERE id >= :since ORDER BY id"), watermark="id", begin="3", row_limit=2)
    take_due()
    source.refresh_from_db()
    assert source.error["code"] == "sources.sql.stuck"


def test_without_a_watermark_changes_correct_and_change_back(made: Any, base: Base) -> None:
    source = made(f"SELECT at, wait AS value FROM {base.table} ORDER BY id")
    take_due()
    for wait in (360, 300):
        base.run(f"UPDATE {base.table} SET wait = {wait} WHERE id = 2")
        due(source)
        take_due()
    source.refresh_from_db()
    assert (source.taken, source.corrected, Superseded.objects.count()) == (3, 2, 2)
    assert set(Reading.objects.values_list("value", flat=True)) == {300.0}
    due(source)
    take_due()
    assert SourceRun.objects.count() == 3


@pytest.mark.parametrize("query", [
    "DELETE FROM {t} WHERE id > 0",
    "UPDATE {t} SET wait = 1",
    "DROP TABLE {t}",
    "SELECT id FROM {t}; DELETE FROM {t}",
    "SELECT id FROM {t}; COMMIT; DELETE FROM {t}",
    "WITH gone AS (DELETE FROM {t} RETURNING *) SELECT * FROM gone",
    "INSERT INTO {t} SELECT * FROM {t}",
    "ATTACH DATABASE '/tmp/other.sqlite3' AS other",
    "PRAGMA user_version = 7",
    "SELECT set_config('transaction_read_only', 'off', false)",
])  # fmt: skip
def test_nothing_but_reading_is_possible(query: str, made: Any, base: Base) -> None:
    before = base.run(f"SELECT * FROM {base.table} ORDER BY id")
    source = made(query.format(t=base.table))
    take_due()
    source.refresh_from_db()
    if "set_config" not in query:  # PostgreSQL lets it be asked, but not to be answered with "off"
        assert source.error["code"] in ("sources.sql.query", "sources.sql.select")
    assert base.run(f"SELECT * FROM {base.table} ORDER BY id") == before
    assert not Reading.objects.exists()


def test_a_long_query_is_ended(made: Any, base: Base) -> None:
    forever = (
        "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT count(*) AS value FROM n"
    )
    source = made(forever, time_limit_s=1)
    take_due()
    source.refresh_from_db()
    assert source.error["code"] == "sources.sql.time"


def test_more_rows_than_the_limit_without_a_watermark_take_nothing(made: Any, base: Base) -> None:
    source = made(base.query(), row_limit=2)
    take_due()
    source.refresh_from_db()
    assert (source.error["code"], Reading.objects.count()) == ("sources.sql.rows", 0)


def test_a_watermark_that_falls_is_an_error(made: Any, base: Base) -> None:
    source = made(base.query("WHERE id > :since ORDER BY id DESC"), watermark="id", begin="0")
    take_due()
    source.refresh_from_db()
    assert (source.error["code"], Reading.objects.count()) == ("sources.sql.order", 0)


def test_rows_that_are_not_believed_wait(made: Any, base: Base) -> None:
    base.add(5, wait=1e9)
    since(made, base)
    take_due()
    assert Quarantined.objects.get().code == "monitor.row.unbelievable"


def test_trying_reads_and_keeps_nothing(made: Any, base: Base, organisation: Any) -> None:
    source = since(made, base)
    before = Source.objects.values().get()
    found = preview(source, actor=organisation.people["risk_manager"])
    assert ([each.value for each in found.rows], found.fault) == ([300.0] * 3, None)
    assert (Source.objects.values().get(), Reading.objects.count()) == (before, 0)


def test_a_percent_sign_and_a_cast_are_left_as_they_are(made: Any, base: Base) -> None:
    cast = "::text" if base.settings["engine"] == "postgresql" else ""
    made(f"SELECT at{cast}, wait AS value FROM {base.table} WHERE at LIKE '2026%' AND id = 2")
    take_due()
    assert Reading.objects.count() == 1


def test_an_address_that_is_not_listed_is_refused(make: Callable[..., Source], settings: Any) -> None:
    given = {"engine": "postgresql", **SERVER, "query": "SELECT 1"}
    for listed in ((), ("127.0.0.1:5433",), ("S=127.0.0.1:5432",)):
        settings.SOURCE_HOSTS = listed
        with pytest.raises(RefusedInput, match=r"sources\.host"):
            make("sql", given)
    settings.SOURCE_HOSTS = ("N=127.0.0.1:5432",)
    assert make("sql", given).pk


def test_a_list_that_was_shortened_holds_for_sources_that_stand(
    make: Callable[..., Source], settings: Any
) -> None:
    settings.SOURCE_HOSTS = ("127.0.0.1:5432",)
    source = make("sql", {"engine": "postgresql", **SERVER, "query": "SELECT 1"})
    settings.SOURCE_HOSTS = ()
    take_due()
    source.refresh_from_db()
    assert source.error["code"] == "sources.host"


def test_the_password_is_sealed_and_in_no_answer(
    make: Callable[..., Source], settings: Any, organisation: Any
) -> None:
    settings.SOURCE_HOSTS = ("127.0.0.1:5432",)
    given = {"engine": "postgresql", **SERVER, "query": "SELECT 1"}
    source = make("sql", given, secret="waves-77")
    assert "waves-77" not in source.secret
    assert opened(source.secret) == "waves-77"
    shown = organisation.program("risk_manager").get(f"/api/v1/sources/{source.code}")
    assert (b"waves-77" in shown.content, shown.json()["has_secret"]) == (False, True)
    assert [each.name for each in SETTINGS if each.form == "secret"] == ["password"]

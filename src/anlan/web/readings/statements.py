"""The three statements of every delivery, written as SQL: built by the ORM they cost most of its time.

Each takes all rows of a batch at once and is the same on SQLite and PostgreSQL but for how a list is handed
over.
"""

import json
from collections.abc import Iterable, Mapping, Sequence

from django.db import connections

from anlan.web.readings.models import Reading, Touched
from anlan.web.readings.router import database

Place = tuple[int, int]
"""(series, time in microseconds UTC) of a reading."""

Row = tuple[int, int, float | None, int | None, int]
"""(series, time, value, of how many cases, quality)"""

_FIELDS = ("series", "at", "value", "n", "quality", "source", "received", "revision")
_PAIRS = {
    "sqlite": "SELECT value->>0 AS series, value->>1 AS at FROM json_each(%s)",
    "postgresql": "SELECT (value->>0)::bigint AS series, (value->>1)::bigint AS at "
    "FROM jsonb_array_elements(%s::jsonb)",
}


def standing(places: Iterable[Place]) -> dict[Place, Reading]:
    """Readings that stand at the places."""
    table = Reading._meta.db_table
    names = ", ".join(f"kept.{name}" for name in ("id", *_FIELDS))
    sql = (
        f"SELECT {names} FROM ({_PAIRS[_vendor()]}) AS asked "
        f"JOIN {table} AS kept ON kept.series = asked.series AND kept.at = asked.at"
    )
    found = Reading.objects.raw(sql, [json.dumps(list(places))])
    return {(each.series, each.at): each for each in found}


def insert(rows: Sequence[Row], *, source: str, now: int) -> None:
    """Keep readings of places where none stands. now: when they came, microseconds UTC.

    Errors: IntegrityError where one stands.
    """
    marks = ", ".join(["%s"] * len(_FIELDS))
    sql = f"INSERT INTO {Reading._meta.db_table} ({', '.join(_FIELDS)}) VALUES ({marks})"
    _many(sql, [(*row, source, now, 0) for row in rows])


def touch(since: Mapping[int, int], *, now: int) -> None:
    """Have the series looked at from the earliest new reading on, also where two deliveries meet.

    since: microseconds UTC by series. Rows are taken in the order of the series, so that two deliveries wait
    for one another and never in a ring.
    """
    table = Touched._meta.db_table
    sql = (
        f"INSERT INTO {table} (series, since, stamp) VALUES (%s, %s, %s) "
        "ON CONFLICT (series) DO UPDATE SET "
        f"since = CASE WHEN {table}.since < excluded.since THEN {table}.since ELSE excluded.since END, "
        f"stamp = CASE WHEN {table}.stamp < excluded.stamp THEN excluded.stamp ELSE {table}.stamp + 1 END"
    )
    _many(sql, [(series, since[series], now) for series in sorted(since)])


def _many(sql: str, rows: Sequence[tuple[object, ...]]) -> None:
    if rows:
        with connections[database()].cursor() as cursor:
            cursor.executemany(sql, rows)


def _vendor() -> str:
    return connections[database()].vendor

"""A query on a schedule: SQLite or PostgreSQL, of which nothing is ever changed.

1. The database itself refuses to write. SQLite: the file is opened to be read, and an authorizer allows
   nothing but SELECT. PostgreSQL: a read-only transaction, and the query stands in `DECLARE CURSOR`, sent by
   the extended protocol, which takes one statement and only one that gives rows.
2. A query ends at its time limit, and gives at most its row limit.
3. `:since` in the query is the greatest value of the watermark column that was taken. Rows come ordered by
   it; where the row limit cuts them the next run is due at once. Use `>=` where several rows share a value:
   what stands already is left as it is.
"""

import re
import sqlite3
import time
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any

from anlan.domain.errors import RefusedInput
from anlan.web.people.models import Unit
from anlan.web.readings.taking import MOST_ROWS, content_of
from anlan.web.sources.allowed import check_host, file_of
from anlan.web.sources.kinds.contract import ROWS, Asked, Batch, Setting
from anlan.web.sources.shaping import Shape, as_text

SETTINGS = (
    Setting("engine", "choice", required=True, choices=("postgresql", "sqlite")),
    Setting("file"),
    Setting("host"),
    Setting("port", "number", usual=5432, least=1, most=65_535),
    Setting("database"),
    Setting("user"),
    Setting("password", "secret"),
    Setting("query", "area", required=True),
    Setting("watermark"),
    Setting("begin"),
    Setting("time_limit_s", "number", usual=10, least=1, most=60),
    Setting("row_limit", "number", usual=5_000, least=1, most=MOST_ROWS),
    *ROWS,
)
BEGINS_ANEW = ("engine", "file", "host", "port", "database", "watermark", "begin")
_SINCE = re.compile(r"(?<![:\w]):since\b")
_TRIED = 20
_READS = frozenset({
    sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_FUNCTION, sqlite3.SQLITE_RECURSIVE,
})  # fmt: skip
Table = tuple[list[str], list[Sequence[Any]]]


def check(settings: dict[str, Any], unit: Unit) -> None:
    """Errors: RefusedInput `sources.needed`, `.folder`, `.host`, `.since`."""
    needed = ("file",) if settings["engine"] == "sqlite" else ("host", "database", "user")
    for name in needed:
        if not settings[name]:
            raise RefusedInput("sources.needed", field=name)
    if settings["engine"] == "sqlite":
        file_of(settings["file"], unit)
    else:
        check_host(settings["host"], settings["port"], unit)
    if bool(_SINCE.search(settings["query"])) != bool(settings["watermark"]):
        raise RefusedInput("sources.since")
    if settings["watermark"] and settings["begin"] == "":
        raise RefusedInput("sources.needed", field="begin")


def batches(asked: Asked) -> Iterator[Batch]:
    """What the query gives since the watermark, or where it has none, whenever it gives something else."""
    settings = asked.settings
    check(dict(settings), asked.unit)
    limit = _TRIED if asked.trial else settings["row_limit"]
    since = asked.place.get("since", _typed(settings["begin"])) if settings["watermark"] else None
    read = _from_sqlite if settings["engine"] == "sqlite" else _from_postgresql
    columns, found = read(asked, since, limit + 1)
    cut = len(found) > limit
    if cut and not settings["watermark"] and not asked.trial:
        raise RefusedInput("sources.sql.rows", most=limit)
    rows = [dict(zip(columns, row, strict=True)) for row in found[:limit]]
    place = _moved(rows, settings["watermark"], since, cut=cut and not asked.trial)
    named = set(Shape(settings).columns.values())
    mark = settings["watermark"]
    drop = frozenset({mark} if mark and mark not in named | _OWN else ())
    readings = Shape(settings).readings(rows, drop=drop)
    place["content"] = content_of(readings)
    if rows and (cut or place["content"] != asked.place.get("content")):
        yield Batch(readings, place=place, more=cut)


_OWN = frozenset({"indicator", "unit", "at", "value", "in", "n", "quality"})


def _moved(rows: list[dict[str, Any]], mark: str, since: Any, *, cut: bool) -> dict[str, Any]:
    """Where the query is left. Errors: RefusedInput `sources.sql.watermark`, `.order`, `.stuck`."""
    if not mark:
        return {}
    if not rows:
        return {"since": since}
    if mark not in rows[0]:
        raise RefusedInput("sources.sql.watermark", found=mark, accepted=tuple(rows[0]))
    values = [row[mark] for row in rows]
    if None in values or any(later < earlier for earlier, later in pairwise(values)):
        raise RefusedInput("sources.sql.order", found=mark)
    last = as_text(values[-1])
    if cut and last == since:
        raise RefusedInput("sources.sql.stuck", found=str(last)[:60], most=len(rows))
    return {"since": last}


def _typed(written: str) -> Any:
    """The begin of a watermark: a whole number where it is one, else the text."""
    return int(written) if re.fullmatch(r"-?\d{1,18}", written) else written


def _from_sqlite(asked: Asked, since: Any, most: int) -> Table:
    path = file_of(asked.settings["file"], asked.unit)
    until = time.monotonic() + asked.settings["time_limit_s"]
    uri = f"{path.as_uri()}?mode=ro"
    try:
        base = sqlite3.connect(uri, uri=True, timeout=asked.settings["time_limit_s"])
    except sqlite3.Error as fault:
        raise RefusedInput("sources.sql.open", found=str(fault)[:200]) from fault
    try:
        base.set_authorizer(_only_reads)
        base.set_progress_handler(lambda: time.monotonic() > until, 1_000)
        values = {"since": since} if _SINCE.search(asked.settings["query"]) else {}
        cursor = base.execute(asked.settings["query"], values)
        if cursor.description is None:
            raise RefusedInput("sources.sql.select")
        return [column[0] for column in cursor.description], cursor.fetchmany(most)
    except sqlite3.Error as fault:
        if time.monotonic() > until:
            raise RefusedInput("sources.sql.time", limit_s=asked.settings["time_limit_s"]) from fault
        if "not authorized" in str(fault) or "prohibited" in str(fault):
            raise RefusedInput("sources.sql.select") from fault
        raise RefusedInput("sources.sql.query", found=str(fault)[:200]) from fault
    finally:
        base.close()


def _only_reads(action: int, first: str | None, second: str | None, *_: Any) -> int:
    if action == sqlite3.SQLITE_FUNCTION and str(second).lower() == "load_extension":
        return sqlite3.SQLITE_DENY
    return sqlite3.SQLITE_OK if action in _READS else sqlite3.SQLITE_DENY


def _from_postgresql(asked: Asked, since: Any, most: int) -> Table:
    try:
        import psycopg
    except ImportError as fault:
        raise RefusedInput("sources.sql.driver") from fault
    settings = asked.settings
    query = _SINCE.sub("%(since)s", settings["query"].replace("%", "%%")).rstrip().rstrip(";")
    values: Mapping[str, Any] = {"since": since}
    try:
        with psycopg.connect(
            host=settings["host"], port=settings["port"], dbname=settings["database"], user=settings["user"],
            password=asked.secret or None, connect_timeout=settings["time_limit_s"],
            application_name="anlan source",
            options=f"-c default_transaction_read_only=on -c statement_timeout={settings['time_limit_s']}s",
        ) as base:  # fmt: skip
            base.read_only = True
            with base.cursor("readings") as cursor:
                cursor.execute(query, values)  # type: ignore[arg-type]
                columns = [column.name for column in cursor.description or ()]
                return columns, list(cursor.fetchmany(most))
    except psycopg.errors.QueryCanceled as fault:
        raise RefusedInput("sources.sql.time", limit_s=settings["time_limit_s"]) from fault
    except (psycopg.errors.ReadOnlySqlTransaction, psycopg.errors.SyntaxError) as fault:
        raise RefusedInput("sources.sql.query", found=str(fault).splitlines()[0][:200]) from fault
    except psycopg.OperationalError as fault:
        raise RefusedInput("sources.sql.open", found=str(fault).splitlines()[0][:200]) from fault
    except psycopg.Error as fault:
        raise RefusedInput("sources.sql.query", found=str(fault).splitlines()[0][:200]) from fault

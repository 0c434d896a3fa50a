"""Measure the application with a large organisation in it: `python -m bench.web`, or `make bench-web`.

For SQLite, and for PostgreSQL where it answers: make the organisation in a temporary home (and a database of
its own, dropped at the end), start the application, ask every main page and endpoint over loopback, import a
workbook, check the audit chain. Prints the tables and writes docs/background/web-speed.md.
"""

import argparse
import json
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import anlan  # noqa: F401 - first, so that compiled kernels stay where other runs find them
from bench.__main__ import _commit, _machine
from bench.measure import ROOT
from bench.web.addresses import Asked, endpoints, pages, searches
from bench.web.client import Browser, Server, fetch, free_port, seconds_of
from bench.web.homes import POSTGRESQL, database, done
from bench.web.page import Answered, Measured, Work, lines_of, page, percentile_ms

PAGE = ROOT / "docs" / "background" / "web-speed.md"


@dataclass(frozen=True)
class Sizes:
    """How much there is, and how often each address is asked."""

    risks: int = 10_000
    processes: int = 200
    events: int = 2_000_000
    rows: int = 5_000
    rounds: int = 30


QUICK = Sizes(1_000, 40, 20_000, 500, rounds=10)
TINY = Sizes(60, 6, 600, 30, rounds=2)
IMPORT_S = 20.0


def main(arguments: list[str] | None = None) -> int:
    asked = _parser().parse_args(arguments)
    sizes = {"full": Sizes(), "quick": QUICK, "tiny": TINY}[asked.size]
    measured = []
    for name in asked.databases:
        with (
            tempfile.TemporaryDirectory(prefix="anlan-bench-web-") as home,
            database(name, asked.postgresql) as address,
        ):
            if name == "PostgreSQL" and address is None:
                _say(f"PostgreSQL does not answer at {asked.postgresql}: not measured")
                continue
            measured.append(measure(name, sizes, Path(home), address or "", asked.port or free_port()))
            print("\n".join(lines_of(measured[-1])), flush=True)
    if asked.out:
        words = ["python -m bench.web", *([] if asked.size == "full" else [f"--{asked.size}"])]
        command = " ".join(words + ([] if len(asked.databases) == 2 else ["--databases", *asked.databases]))
        asked.out.write_text(page(measured, command, [_commit(), *_machine()]), encoding="utf-8")
        print(f"written: {asked.out.name}")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bench.web", description=__doc__)
    parser.set_defaults(size="full")
    for size, words in (("quick", "a tenth of the sizes"), ("tiny", "a trial of the program itself")):
        parser.add_argument(f"--{size}", dest="size", action="store_const", const=size, help=words)
    both = ["SQLite", "PostgreSQL"]
    parser.add_argument("--databases", nargs="+", choices=both, default=both)
    parser.add_argument("--postgresql", default=POSTGRESQL, help="where databases may be created")
    parser.add_argument("--port", type=int, help="port of the server (default: a free one)")
    parser.add_argument("--out", type=Path, default=PAGE, help="page to write")
    return parser


def measure(name: str, sizes: Sizes, home: Path, address: str, port: int) -> Measured:
    """Everything about one database."""
    environment = {
        "ANLAN_HOME": str(home),
        "ANLAN_DATABASE_URL": address,
        "DJANGO_SETTINGS_MODULE": "anlan.web.project.settings",
    }
    began = time.perf_counter()
    _say(f"{name}: making {sizes.risks:,} risks and {sizes.events:,} events")
    made = json.loads(
        done("bench.web.organisation", environment, *(
            f"--{n}={getattr(sizes, n)}" for n in ("risks", "processes", "events")
        ))
    )  # fmt: skip
    _say(f"{name}: made in {time.perf_counter() - began:.0f} s; asking")
    groups = {"Pages": pages(made), "Search in the register": searches(), "Endpoints": endpoints(made)}
    paths = [one.path for group in groups.values() for one in group]
    given = {"paths": paths, "session": made["session"], "token": made["tokens"][0]}
    queries = json.loads(done("bench.web.queries", environment, given=json.dumps(given)))
    with Server(environment, port, home / "server.log"):
        _check_all(port, paths, made)
        answered = {
            title: [_answered(port, one, made, queries[one.path], sizes) for one in group]
            for title, group in groups.items()
        }
        works = [*_imported(port, made, sizes, home)]
    began = time.perf_counter()
    done("anlan", environment, "audit", "verify")
    works.append(Work(f"`anlan audit verify`, {sizes.events:,} events", time.perf_counter() - began))
    return Measured(name, sizes.risks, sizes.processes, sizes.events, answered, works)


def _headers(path: str, made: dict) -> list[dict[str, str]]:
    """For each client; an endpoint is asked with tokens by turns, each has an allowance of its own."""
    if not path.startswith("/api/"):
        return [{"Cookie": f"sessionid={made['session']}"}]
    return [{"Authorization": f"Bearer {token}"} for token in _turned(made["tokens"])]


def _turned(tokens: list[str]) -> list[str]:
    tokens.append(tokens.pop(0))
    return tokens


def _check_all(port: int, paths: list[str], made: dict) -> None:
    """Each address thrice, so that every thread is warm and a wrong address is told at once."""
    for path in paths * 3:
        status = fetch(port, path, _headers(path, made)[0])[0]
        if status != 200:
            raise RuntimeError(f"{path}: {status}")


def _answered(port: int, asked: Asked, made: dict, queries: int, sizes: Sizes) -> Answered:
    headers = _headers(asked.path, made)
    alone = seconds_of(port, asked.path, headers, rounds=sizes.rounds, clients=1)
    four = seconds_of(port, asked.path, headers[1:] or headers, rounds=max(2, sizes.rounds // 2), clients=4)
    answered = Answered(asked, queries, alone, four)
    if not answered.met:
        _say(f"over its target: {asked.name}, p95 {percentile_ms(alone, 95):.0f} ms")
    return answered


def _imported(port: int, made: dict, sizes: Sizes, home: Path) -> list[Work]:
    """A workbook of new risks: sent and checked, then written in the background."""
    book, browser = _workbook(port, made, sizes.rows, home), Browser(port, made["session"])
    began = time.perf_counter()
    preview = browser.send("/risks/import/", file=book)
    checked = time.perf_counter()
    browser.send(preview)
    while 'hx-trigger="every 1s"' in (seen := browser.see(preview)):
        time.sleep(0.1)
    ended = time.perf_counter()
    if f"{sizes.rows}" not in seen or "?order=newest" not in seen:
        raise RuntimeError("the import did not end well")
    rows = f"workbook of {sizes.rows:,} new risks"
    return [
        Work(f"{rows}: sent, checked, shown", checked - began),
        Work(f"{rows}: written in the background", ended - checked, IMPORT_S),
    ]


def _workbook(port: int, made: dict, rows: int, home: Path) -> Path:
    """The template of the register, filled in."""
    import openpyxl

    path = home / "risks.xlsx"
    path.write_bytes(fetch(port, "/risks/template.xlsx", _headers("/", made)[0])[2])
    book = openpyxl.load_workbook(path)
    sheet = book.worksheets[0]
    at = {cell.value: cell.column for cell in sheet[1]}
    for row in range(rows):
        for heading, value in (("风险事件", f"导入的风险 {row}"), ("单位代码", "U07"),
                               ("类别代码", "process"), ("来源代码", "report"),
                               ("原因", "抄录自旧登记册")):  # fmt: skip
            sheet.cell(row + 2, at[heading], value)
    book.save(path)
    return path


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())

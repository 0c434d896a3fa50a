"""Measure readings and the watch: `python -m bench.monitor`, or `make bench-monitor`.

For SQLite, and for PostgreSQL where it answers: make indicators of many units in a temporary home, start the
application, send batches of readings over loopback, look how soon a reading beyond its limit is an alert,
stop it, and look at one reading of every series with one core. Prints the table and writes
docs/background/monitor-speed.md.
"""

import argparse
import http.client
import json
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import anlan  # noqa: F401 - first, so that compiled kernels stay where other runs find them
from bench.__main__ import _commit, _machine
from bench.measure import ROOT
from bench.monitor.page import Figure, lines_of, page
from bench.web.client import HOST, PATIENCE_S, Server, fetch, free_port
from bench.web.homes import POSTGRESQL, database, done

PAGE = ROOT / "docs" / "background" / "monitor-speed.md"
BATCH, ONE, FOUR, ALERT_S = 1_000, 10_000.0, 20_000.0, 2.0
"""Rows of a batch; readings a second asked of one client and of four; seconds from reading to alert."""
MINUTE_S, SPARE = 60.0, 0.8


def main(arguments: list[str] | None = None) -> int:
    asked = _parser().parse_args(arguments)
    measured: dict[str, list[Figure]] = {}
    for name in asked.databases:
        with (
            tempfile.TemporaryDirectory(prefix="anlan-bench-monitor-") as home,
            database(name, asked.postgresql) as address,
        ):
            if address is None:
                _say(f"PostgreSQL does not answer at {asked.postgresql}: not measured")
                continue
            measured[name] = measure(name, asked, Path(home), address)
            print("\n".join(lines_of(name, measured[name])), flush=True)
    if asked.out:
        asked.out.write_text(page(measured, asked.series, [_commit(), *_machine()]), encoding="utf-8")
        print(f"written: {asked.out.name}")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bench.monitor", description=__doc__)
    both = ["SQLite", "PostgreSQL"]
    parser.add_argument("--databases", nargs="+", choices=both, default=both)
    parser.add_argument("--postgresql", default=POSTGRESQL, help="where databases may be created")
    parser.add_argument("--series", type=int, default=10_000, help="indicators, counted by unit")
    parser.add_argument("--batches", type=int, default=40, help="batches of each client")
    parser.add_argument("--alerts", type=int, default=10, help="readings beyond their limit")
    parser.add_argument("--out", type=Path, default=PAGE, help="page to write")
    return parser


def measure(name: str, asked: argparse.Namespace, home: Path, address: str) -> list[Figure]:
    """Everything about one database."""
    environment = {
        "ANLAN_HOME": str(home),
        "ANLAN_DATABASE_URL": address,
        "DJANGO_SETTINGS_MODULE": "anlan.web.project.settings",
    }
    _say(f"{name}: making {asked.series:,} series")
    made = json.loads(done("bench.monitor.organisation", environment, f"--series={asked.series}"))
    sender, figures = Sender(free_port(), made), []
    with Server(environment, sender.port, home / "server.log"):
        _say(f"{name}: sending")
        sender.batches(clients=1, each=asked.series // BATCH)  # every series made
        for clients, least in ((1, ONE), (4, FOUR if name == "PostgreSQL" else None)):
            rate = sender.batches(clients=clients, each=max(2, asked.batches // clients))
            words = f"readings a second, batches of {BATCH:,}, clients: {clients}"
            figures.append(Figure(words, rate, least, more=True))
        kept = json.loads(done("bench.monitor.inside", environment, "count"))["readings"]
        if kept != sender.sent:
            raise RuntimeError(f"{sender.sent} readings were taken, {kept} are kept")
        _say(f"{name}: {kept:,} readings sent and kept; waiting for alerts")
        waits = sender.alerts(asked.alerts, each_minute=asked.series)
        words = f"seconds from an accepted reading to its alert, the longest of {len(waits)}"
        figures.append(Figure(words, max(waits), ALERT_S))
    _say(f"{name}: looking")
    looked = json.loads(done("bench.monitor.inside", environment, "watch"))
    words = f"seconds of one core to look at a reading of each of {looked['series']:,} series"
    figures.append(Figure(words, looked["processor_s"], MINUTE_S * SPARE * looked["series"] / 10_000))
    figures.append(Figure("the same by the clock", looked["clock_s"], None))
    return figures


class Sender:
    """Sends batches by turns with many tokens, each of which has a minute's allowance."""

    def __init__(self, port: int, made: dict[str, list[str]]) -> None:
        self.port, self.sent = port, 0
        self._made, self._turn, self._lock = made, 0, threading.Lock()
        self._places = [(i, u) for i in made["indicators"] for u in made["units"]]
        self._begin = int(time.time()) - 6 * 86_400

    def batches(self, *, clients: int, each: int) -> float:
        """Send batches; readings a second from the first request to the last answer."""
        bodies = [self._batch() for _ in range(clients * each)]
        began = time.perf_counter()
        with ThreadPoolExecutor(clients) as pool:
            for answered in pool.map(self._send, (bodies[i::clients] for i in range(clients))):
                self.sent += answered
        return len(bodies) * BATCH / (time.perf_counter() - began)

    def alerts(self, n: int, *, each_minute: int) -> list[float]:
        """Seconds until each of n readings beyond its limit is an alert, while a reading of each series comes
        every minute."""
        over = threading.Event()
        load = threading.Thread(target=self._loaded, args=(over, BATCH * MINUTE_S / each_minute))
        load.start()
        try:
            return [self._alerted(place) for place in range(n)]
        finally:
            over.set()
            load.join()

    def _loaded(self, over: threading.Event, every_s: float) -> None:
        while not over.wait(every_s):
            self.sent += self._send([self._batch()])

    def _alerted(self, place: int) -> float:
        indicator, unit = self._places[place * 7 % len(self._places)]
        now = int(time.time())
        rows = [{"indicator": indicator, "unit": unit, "at": now - 2 + k, "value": 600} for k in (0, 1)]
        before = self._open()
        self.sent += self._send([json.dumps(rows).encode()])
        began = time.perf_counter()
        while self._open() <= before:
            if time.perf_counter() - began > PATIENCE_S:
                raise RuntimeError(f"no alert of {indicator} at {unit}")
            time.sleep(0.02)
        return time.perf_counter() - began

    def _open(self) -> int:
        status, _, content = fetch(self.port, "/api/v1/alerts?per_page=1", self._headers())
        if status != 200:
            raise RuntimeError(f"alerts: {status} {content[:200]!r}")
        return int(json.loads(content)["count"])

    def _batch(self) -> bytes:
        """One reading of each of the next series, a minute later once all have one."""
        with self._lock:
            first, self._turn = self._turn, self._turn + BATCH
        rows = []
        for number in range(first, first + BATCH):
            minute, place = divmod(number, len(self._places))
            indicator, unit = self._places[place]
            at, value = self._begin + 60 * minute, 300 + (37 * place + minute) % 100
            rows.append({"indicator": indicator, "unit": unit, "at": at, "value": value, "n": 12})
        return json.dumps(rows).encode()

    def _send(self, bodies: Sequence[bytes]) -> int:
        """Readings that were taken."""
        connection, taken = http.client.HTTPConnection(HOST, self.port, timeout=PATIENCE_S), 0
        for body in bodies:
            connection.request("POST", "/api/v1/readings", body=body, headers=self._headers())
            answer = connection.getresponse()
            content = answer.read()
            if answer.status != 200:
                raise RuntimeError(f"readings: {answer.status} {content[:300]!r}")
            taken += json.loads(content)["accepted"]
        connection.close()
        return taken

    def _headers(self) -> dict[str, str]:
        tokens = self._made["tokens"]
        with self._lock:
            tokens.append(tokens.pop(0))
        return {"Authorization": f"Bearer {tokens[0]}", "Content-Type": "application/json"}


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())

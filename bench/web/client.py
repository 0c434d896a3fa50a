"""A server of its own and clients that ask it over loopback."""

import http.client
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from bench.measure import ROOT

HOST, PATIENCE_S = "127.0.0.1", 60.0


class Server:
    """`anlan serve` with pages, worker and scheduler, as an operator starts it."""

    def __init__(self, environment: Mapping[str, str], port: int, log: Path) -> None:
        self.port = port
        with log.open("ab") as out:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "anlan", "serve", "--port", str(port)],
                cwd=ROOT, env={**os.environ, **environment}, stdout=out, stderr=out,
            )  # fmt: skip

    def __enter__(self) -> "Server":
        until = time.monotonic() + PATIENCE_S
        while time.monotonic() < until and self._process.poll() is None:
            try:
                if fetch(self.port, "/health/", {})[0] == 200:
                    return self
            except OSError:
                time.sleep(0.2)
        self.__exit__()
        raise RuntimeError("the server did not start")

    def __exit__(self, *_: object) -> None:
        self._process.send_signal(signal.SIGTERM)
        self._process.wait(timeout=PATIENCE_S)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def fetch(
    port: int, path: str, headers: Mapping[str, str], *, body: bytes | None = None
) -> tuple[int, http.client.HTTPMessage, bytes]:
    """One request on a connection of its own: status, headers, content."""
    connection = http.client.HTTPConnection(HOST, port, timeout=PATIENCE_S)
    try:
        connection.request("GET" if body is None else "POST", path, body=body, headers=dict(headers))
        answer = connection.getresponse()
        return answer.status, answer.headers, answer.read()
    finally:
        connection.close()


def seconds_of(
    port: int, path: str, headers: Sequence[Mapping[str, str]], *, rounds: int, clients: int
) -> list[float]:
    """Seconds of each answer when `clients` ask at the same time, each `rounds` times on one connection."""

    def one(number: int) -> list[float]:
        connection, taken = http.client.HTTPConnection(HOST, port, timeout=PATIENCE_S), []
        for _ in range(rounds + 1):
            began = time.perf_counter()
            connection.request("GET", path, headers=dict(headers[number % len(headers)]))
            answer = connection.getresponse()
            answer.read()
            taken.append(time.perf_counter() - began)
            if answer.status != 200:
                raise RuntimeError(f"{path}: {answer.status}")
        connection.close()
        return taken[1:]

    with ThreadPoolExecutor(clients) as pool:
        return [s for taken in pool.map(one, range(clients)) for s in taken]


class Browser:
    """Sends a person's forms: keeps the session and the token that guards forms."""

    def __init__(self, port: int, session: str) -> None:
        self._port, self._session = port, session
        _, headers, _ = fetch(port, "/risks/import/", {"Cookie": f"sessionid={session}"})
        found = re.search(r"csrftoken=([^;]+)", headers.get("Set-Cookie", ""))
        if found is None:
            raise RuntimeError("the form's page sets no token")
        self._token = found.group(1)

    def send(self, path: str, *, file: Path | None = None) -> str:
        """Post to the address, with a file where given; where the answer leads to."""
        edge = "anlan-bench-edge"
        head = f'--{edge}\r\nContent-Disposition: form-data; name="file"; filename="risks.xlsx"\r\n\r\n'
        body = head.encode() + file.read_bytes() + f"\r\n--{edge}--\r\n".encode() if file else b""
        status, headers, content = fetch(
            self._port, path, body=body, headers={
                "Cookie": f"sessionid={self._session}; csrftoken={self._token}", "X-CSRFToken": self._token,
                "Content-Type": f"multipart/form-data; boundary={edge}" if file else "text/plain",
            },
        )  # fmt: skip
        if status != 302:
            raise RuntimeError(f"{path}: {status} {content[:300]!r}")
        return headers["Location"]

    def see(self, path: str) -> str:
        return fetch(self._port, path, {"Cookie": f"sessionid={self._session}"})[2].decode()

"""Databases of their own for a measurement, and modules run in its home."""

import os
import secrets
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit, urlunsplit

from bench.measure import ROOT

POSTGRESQL = "postgresql://postgres@127.0.0.1/postgres"


@contextmanager
def database(name: str, server: str) -> Iterator[str | None]:
    """Address of a fresh database, dropped at the end; "" for SQLite, None where nothing answers.

    name: SQLite or PostgreSQL; server: where databases of PostgreSQL may be created.
    """
    if name == "SQLite":
        yield ""
        return
    try:
        import psycopg

        door = psycopg.connect(server, autocommit=True, connect_timeout=5)
    except (ImportError, OSError, psycopg.OperationalError):
        yield None
        return
    made = f"anlan_bench_{secrets.token_hex(4)}"
    with door:
        door.execute(f"CREATE DATABASE {made}")
        try:
            yield urlunsplit(urlsplit(server)._replace(path=f"/{made}"))
        finally:
            door.execute(f"DROP DATABASE {made} WITH (FORCE)")


def done(module: str, environment: dict[str, str], *arguments: str, given: str = "") -> str:
    """What the module prints; its complaints are shown."""
    done = subprocess.run(
        [sys.executable, "-m", module, *arguments], cwd=ROOT, env={**os.environ, **environment}, input=given,
        stdout=subprocess.PIPE, text=True, check=True,
    )  # fmt: skip
    return done.stdout

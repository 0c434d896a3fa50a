"""Empty databases of the tests on SQLite are made once for the same migrations, and copied after that."""

import fcntl
import hashlib
import os
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import TextIO

import django
import pytest
from django.db import connections

MIGRATIONS = Path(__file__).parents[1] / "src" / "anlan" / "web"
FOLDER = Path(tempfile.gettempdir()) / f"anlan-empty-databases-{os.getuid()}"


@pytest.fixture(scope="session")
def turn() -> Iterator[TextIO]:
    """Until it is closed, no other process makes or copies the empty databases."""
    FOLDER.mkdir(mode=0o700, exist_ok=True)
    with (FOLDER / "turn").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield file


@pytest.fixture(scope="session")
def empty_databases(django_db_modify_db_settings: None) -> dict[str, Path]:
    """Files to copy from, by name of the database; none on PostgreSQL."""
    if any(connections[name].vendor != "sqlite" for name in connections):
        return {}
    return {name: FOLDER / f"{_digest()}-{name}.sqlite3" for name in connections}


@pytest.fixture(scope="session")
def django_db_keepdb(turn: TextIO, empty_databases: dict[str, Path]) -> bool:
    """Whether the databases are there: copied, so that their migrations need not run."""
    if not empty_databases:
        turn.close()
    known = bool(empty_databases) and all(path.exists() for path in empty_databases.values())
    if known:
        for name, path in empty_databases.items():
            _copy(path, Path(connections[name].creation._get_test_db_name()))
    return known


@pytest.fixture(scope="session")
def django_db_setup(
    turn: TextIO, empty_databases: dict[str, Path], django_db_keepdb: bool, django_db_setup: None
) -> None:
    if not django_db_keepdb:
        for name, path in empty_databases.items():
            _copy(Path(connections[name].settings_dict["NAME"]), path)
    turn.close()


def _digest() -> str:
    """Of everything that an empty database follows from."""
    digest = hashlib.sha256(f"{django.get_version()} {sqlite3.sqlite_version}".encode())
    for path in sorted(MIGRATIONS.glob("*/migrations/*.py")):
        digest.update(str(path.relative_to(MIGRATIONS)).encode() + path.read_bytes())
    return digest.hexdigest()[:32]


def _copy(source: Path, target: Path) -> None:
    """Whole or not at all."""
    unfinished = target.with_suffix(f".{os.getpid()}")
    with closing(sqlite3.connect(source)) as read, closing(sqlite3.connect(unfinished)) as written:
        read.backup(written)
    unfinished.replace(target)

"""Write a folder whole or not at all, by one writer at a time.

A writer holds a file lock on the store (the system drops it when the process dies, however it dies),
fills a temporary folder beside the target, and renames it into place. What a killed writer left
behind is swept by the next one: whoever holds the lock knows that no temporary folder is in use.
"""

import errno
import fcntl
import os
import secrets
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from anlan.domain.errors import RefusedInput

TEMPORARY = ".unfinished-"
_LOCK = ".lock"
_LOOK_AGAIN_S = 0.05


@contextmanager
def one_writer(store: Path, *, wait_s: float) -> Iterator[None]:
    """Hold the store's lock; RefusedInput when another writer keeps it longer than `wait_s`."""
    with explained(store):
        store.mkdir(parents=True, exist_ok=True)
        handle = os.open(store / _LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
    try:
        _take(handle, store, wait_s)
        _sweep(store)
        yield
    finally:
        os.close(handle)


@contextmanager
def whole_folder(target: Path) -> Iterator[Path]:
    """A temporary folder that becomes `target` when the block ends well, and vanishes otherwise.

    An existing `target` (a damaged one, about to be replaced) is moved aside first.
    """
    unfinished = target.with_name(f"{TEMPORARY}{target.name[:16]}-{secrets.token_hex(6)}")
    with explained(target.parent):
        unfinished.mkdir()
        try:
            yield unfinished
            _replace(unfinished, target)
        finally:
            shutil.rmtree(unfinished, ignore_errors=True)


@contextmanager
def explained(folder: Path, *, but: type[OSError] | tuple[()] = ()) -> Iterator[None]:
    """Say what the system's error about `folder` means and what to do; errors `but` go through."""
    try:
        yield
    except but:
        raise
    except OSError as error:
        number = error.errno
        if number in (errno.ENOSPC, errno.EDQUOT):
            raise RefusedInput("store.no_space", folder=str(folder), free=_free_bytes(folder)) from error
        if number in (errno.EACCES, errno.EPERM, errno.EROFS):
            raise RefusedInput("store.not_writable", folder=str(folder)) from error
        raise RefusedInput("store.system_error", folder=str(folder), reason=str(error)) from error


def _take(handle: int, store: Path, wait_s: float) -> None:
    looks = max(1, round(wait_s / _LOOK_AGAIN_S))
    for _ in range(looks):
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        except BlockingIOError:
            time.sleep(_LOOK_AGAIN_S)
    raise RefusedInput("store.busy", folder=str(store), waited_s=wait_s)


def _sweep(store: Path) -> None:
    for left in store.glob(f"{TEMPORARY}*"):
        if left.is_file():
            left.unlink(missing_ok=True)
        else:
            shutil.rmtree(left, ignore_errors=True)


def _replace(unfinished: Path, target: Path) -> None:
    if target.exists():
        aside = target.with_name(f"{TEMPORARY}old-{secrets.token_hex(6)}")
        target.rename(aside)
        unfinished.rename(target)
        shutil.rmtree(aside, ignore_errors=True)
    else:
        unfinished.rename(target)


def _free_bytes(folder: Path) -> int | None:
    try:
        return shutil.disk_usage(folder).free
    except OSError:
        return None

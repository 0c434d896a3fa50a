"""Put a folder in the place of another whole or not at all, however many do so and whenever one is killed.

A writer fills a work folder beside the target, holding a lock on that folder for as long as it lives,
and exchanges it for the target in one step of the file system. Work folders are begun, exchanged and
swept under a short lock on the parent folder. The system drops both locks when the process dies,
however it dies: a work folder that bears our mark and whose lock is free belonged to a killed writer.

    .anlan-unfinished-<digest of the target's name>-<random>/
        mark        names the target: a folder without it is not ours
        results     the new folder; after the exchange the old one
        earlier     the old folder, only where the file system cannot exchange two folders
"""

import ctypes
import errno
import fcntl
import hashlib
import os
import re
import secrets
import shutil
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from anlan.domain.errors import RefusedInput

PREFIX = ".anlan-unfinished-"
MARK, RESULTS, EARLIER = "mark", "results", "earlier"
_LOOK_AGAIN_S = 0.02
_AT_FDCWD, _RENAME_EXCHANGE = -100, 2
_NO_LOCKS = (errno.ENOLCK, errno.ENOTSUP, errno.ENOSYS, errno.EBADF, errno.EACCES)
_CANNOT_EXCHANGE = (errno.ENOSYS, errno.EINVAL, errno.ENOTSUP, errno.EPERM)


def write_and_exchange(
    target: Path, write: Callable[[Path], None], *, check: Callable[[], None], wait_s: float = 60.0
) -> None:
    """Let `write` fill a new folder, then put it in the place of `target` (an absolute path).

    `check` is called under the lock right before the exchange and raises where `target` may not be
    replaced. Of several writers all finish, one after the other; the last one's folder stays.
    RefusedInput `results.busy` where another writer keeps the parent folder longer than `wait_s`.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    with _locked(target.parent, wait_s) as alone:
        if alone:
            _sweep(target)
        work = _begin(target)
        own = _lock(work)
    try:
        write(work / RESULTS)
        with _locked(target.parent, wait_s):
            check()
            _exchange(work, target)
    finally:
        _clear(work, target)
        if own is not None:
            os.close(own)


def _begin(target: Path) -> Path:
    work = target.parent / f"{PREFIX}{_key(target)}-{secrets.token_hex(6)}"
    work.mkdir(mode=0o700)
    (work / MARK).write_bytes(_mark(target))
    (work / RESULTS).mkdir()
    return work


def _key(target: Path) -> str:
    """Stands for the target's name, which may be as long as a name can be."""
    return hashlib.sha256(os.fsencode(target.name)).hexdigest()[:16]


def _mark(target: Path) -> bytes:
    return b"anlan.unfinished/1\n" + os.fsencode(target.name)


def _exchange(work: Path, target: Path) -> None:
    """After this the results are at `target`, and what was there is in `work`."""
    if not os.path.lexists(target):
        (work / RESULTS).rename(target)
    elif not exchange_names(work / RESULTS, target):
        target.rename(work / EARLIER)
        try:
            (work / RESULTS).rename(target)
        except OSError:
            (work / EARLIER).rename(target)
            raise


def exchange_names(first: Path, second: Path) -> bool:
    """Exchange two existing paths in one step; False, and nothing done, where the system has no such step.

    Linux 3.15 and later, by `renameat2` with RENAME_EXCHANGE (man 2 rename).
    """
    call = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None) if sys.platform == "linux" else None
    if call is None:
        return False
    names = os.fsencode(first), os.fsencode(second)
    if call(_AT_FDCWD, names[0], _AT_FDCWD, names[1], _RENAME_EXCHANGE) == 0:
        return True
    number = ctypes.get_errno()
    if number in _CANNOT_EXCHANGE:
        return False
    raise OSError(number, os.strerror(number), str(second))


def _sweep(target: Path) -> None:
    """Remove the work folders that killed writers of `target` left; the only copy of earlier results is put
    back first."""
    pattern = re.compile(rf"{re.escape(PREFIX)}{_key(target)}-[0-9a-f]{{12}}")
    for work in target.parent.iterdir():
        if pattern.fullmatch(work.name):
            with suppress(BlockingIOError, FileNotFoundError):  # of a writer at work, or that just ended
                _sweep_one(work, target)


def _sweep_one(work: Path, target: Path) -> None:
    if not _is_marked(work, target):
        return
    own = _lock(work)
    if own is not None:
        _clear(work, target)
        os.close(own)


def _clear(work: Path, target: Path) -> None:
    """Remove a work folder, unless it holds the only copy of earlier results: that is put back first."""
    if (work / EARLIER).is_dir() and not os.path.lexists(target):
        (work / EARLIER).rename(target)
    for folder in (work / RESULTS, work / EARLIER):  # the mark goes last
        shutil.rmtree(folder, ignore_errors=True)
    shutil.rmtree(work, ignore_errors=True)


def _is_marked(work: Path, target: Path) -> bool:
    """The folder names its target, or is empty since its writer was killed before it could."""
    if work.is_symlink() or not work.is_dir():
        return False
    try:
        return (work / MARK).read_bytes() == _mark(target)
    except OSError:
        return not any(work.iterdir())


@contextmanager
def _locked(parent: Path, wait_s: float) -> Iterator[bool]:
    """Hold the lock on `parent`, which leaves no file there; False where there are no locks."""
    own = _wait_for_lock(parent, wait_s)
    try:
        yield own is not None
    finally:
        if own is not None:
            os.close(own)


def _wait_for_lock(parent: Path, wait_s: float) -> int | None:
    for _ in range(max(1, round(wait_s / _LOOK_AGAIN_S))):
        try:
            return _lock(parent)
        except BlockingIOError:
            time.sleep(_LOOK_AGAIN_S)
    raise RefusedInput("results.busy", folder=str(parent), waited_s=wait_s)


def _lock(folder: Path) -> int | None:
    """A handle that holds the lock on a folder until it is closed; None where the file system has no locks
    or the folder may not be listed. BlockingIOError where another one holds it."""
    handle = None
    try:
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as fault:
        if handle is not None:
            os.close(handle)
        if fault.errno in _NO_LOCKS:
            return None
        raise
    return handle

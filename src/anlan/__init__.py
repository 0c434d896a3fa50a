"""Anlan 安澜: keep service risk under control, from event log to measured effect.

The package is a library first (`import anlan` needs no web and no database), then a command
(`anlan --help`), then a web application. Its folders tell the loop in order; see docs/.
"""

import os
from pathlib import Path

__version__ = "0.1.0"


def home() -> Path:
    """Folder that holds everything Anlan keeps: `ANLAN_HOME`, by default `~/.anlan`."""
    return Path(os.environ.get("ANLAN_HOME") or Path.home() / ".anlan").expanduser()


def _prepare_kernel_cache() -> None:
    """Point numba at a cache folder that belongs to exactly these kernel sources.

    numba decides by the caller's own file whether a cached kernel is stale, so a changed callee in
    another file would be served old; and it fails at import where the package and the home are
    read-only. Both are avoided by choosing the folder here, before numba is imported anywhere:
    its name is a digest of all kernel sources, and a private temporary folder is the last resort.
    """
    if "NUMBA_CACHE_DIR" in os.environ:
        return
    chosen = os.environ.get("ANLAN_CACHE")
    folder = Path(chosen) if chosen else home() / "cache" / "kernels" / _kernel_digest()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        usable = os.access(folder, os.W_OK)
    except OSError:
        usable = False
    if not usable:
        import tempfile

        folder = Path(tempfile.mkdtemp(prefix="anlan-kernels-"))
    os.environ["NUMBA_CACHE_DIR"] = str(folder)


def _kernel_digest() -> str:
    """Hash of every module that holds compiled functions (`*_kernels.py`) and of numba's version."""
    import hashlib
    from importlib.metadata import PackageNotFoundError, version

    digest = hashlib.blake2b(digest_size=12)
    package = Path(__file__).parent
    for source in sorted([*package.rglob("*_kernels.py"), package / "maths" / "compile.py"]):
        digest.update(source.relative_to(package).as_posix().encode())
        digest.update(source.read_bytes())
    try:
        digest.update(version("numba").encode())
    except PackageNotFoundError:
        digest.update(b"no numba")
    return digest.hexdigest()


_prepare_kernel_cache()

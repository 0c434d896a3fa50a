"""pyarrow without pandas, for a process that has no use for pandas.

Where pandas is installed, pyarrow imports it at the first array it makes from Python's values: a third of
a second of every command. Asked once and told that there is none, it remembers; a later import of pandas
by anyone else works as ever.
"""

import sys
from collections.abc import Sequence
from importlib.abc import MetaPathFinder
from types import ModuleType


class _WithoutPandas(MetaPathFinder):
    """Says of pandas that it is not there."""

    def find_spec(self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None) -> None:
        if fullname == "pandas":
            raise ModuleNotFoundError(name=fullname)


def leave_pandas_out() -> None:
    """Let pyarrow make its first array while pandas cannot be found; nothing where it is in use."""
    if "pandas" in sys.modules:
        return
    import pyarrow as pa

    finder = _WithoutPandas()
    sys.meta_path.insert(0, finder)
    try:
        pa.array([0])
    finally:
        sys.meta_path.remove(finder)

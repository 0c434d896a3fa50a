"""A command does not pay for pandas; who wants it still gets it."""

import subprocess
import sys

import pytest

READ = "import numpy, pyarrow as pa; pa.array(numpy.arange(3)).to_numpy(); pa.array(['a']).fill_null('')"


def _printed(*lines: str) -> str:
    code = "\n".join(["import sys", *lines, "print('pandas' in sys.modules)"])
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout


def test_arrays_are_made_without_pandas() -> None:
    pytest.importorskip("pandas")
    assert _printed(READ).strip() == "True", "pyarrow would import it"
    assert (
        _printed("from anlan.cli.arrow_alone import leave_pandas_out", "leave_pandas_out()", READ).strip()
        == "False"
    )


def test_pandas_can_still_be_imported_and_used() -> None:
    pytest.importorskip("pandas")
    shown = _printed(
        "from anlan.cli.arrow_alone import leave_pandas_out",
        "leave_pandas_out()",
        "import pyarrow as pa",
        "print(pa.table({'a': [1, 2]}).to_pandas()['a'].sum())",
    )
    assert shown.split() == ["3", "True"]

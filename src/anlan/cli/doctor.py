"""`anlan doctor`: is everything here that the product needs?"""

import argparse
import os
import platform
import shutil
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path

from anlan import __version__, home
from anlan.domain.errors import RefusedInput
from anlan.formats.messages import messages

WARMED = ("fault_tree", "annual_loss", "fair")
"""Methods whose examples use every kernel of the methods."""


def doctor(options: argparse.Namespace) -> None:
    """Versions, folders and space; with `--warm` compile every kernel ahead."""
    words = messages(options.lang)
    print(f"anlan {__version__}, Python {platform.python_version()}, {platform.platform()}")
    faults = _packages() + _folders()
    for fault in faults:
        print(f"✗ {words.text(fault[0], **fault[1])}")
    if options.warm:
        warm(options.lang)
    if faults:
        raise RefusedInput("doctor.faults", n=len(faults))
    print(f"✓ {words.text('cli.healthy')}")


def warm(language: str) -> None:
    """Run the loop once on a tiny log, and the methods that have kernels: that compiles what they use."""
    import tempfile

    from anlan.cli.main import main
    from anlan.formats.spec_file import read_spec_file
    from anlan.studies.methods.assessing import assess_by_spec
    from anlan.studies.methods.explaining import EXAMPLES

    rows = ["case,activity,start,end,resource"]
    for case in range(80):
        for step, name in enumerate(("register", "assign", "repair", "close")):
            begin = f"2026-03-{1 + case % 28:02}T{8 + step:02}:{case % 60:02}:00"
            rows.append(f"c{case},{name},{begin},{begin[:-2]}30,p{(case + step) % 5}")
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "warm.csv"
        log.write_text("\n".join(rows) + "\n")
        os.environ["ANLAN_HOME"] = str(Path(folder) / "home")
        main(
            [
                "assess",
                str(log),
                "--budget",
                "30d",
                "--sla",
                "2h",
                "--lang",
                language,
                "--out",
                str(Path(folder) / "out"),
            ]
        )
    for code in WARMED:
        assess_by_spec(read_spec_file(EXAMPLES / f"{code}.yaml"))


def _packages() -> list[tuple[str, dict[str, object]]]:
    faults: list[tuple[str, dict[str, object]]] = []
    for line in requires("anlan") or []:
        name = "".join(c if c.isalnum() or c in "-_." else " " for c in line).split()[0]
        try:
            found = version(name)
        except PackageNotFoundError:
            faults.append(("cli.package_missing", {"name": name}))
        else:
            print(f"✓ {name} {found}")
    return faults


def _folders() -> list[tuple[str, dict[str, object]]]:
    folder = home()
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        return [("cli.home_unusable", {"path": str(folder), "reason": str(error)})]
    if not os.access(folder, os.W_OK):
        return [("cli.home_unusable", {"path": str(folder), "reason": "not writable"})]
    free = shutil.disk_usage(folder).free
    print(f"✓ ANLAN_HOME {folder} ({free / 2**30:.1f} GiB)")
    print(f"✓ kernels {os.environ.get('NUMBA_CACHE_DIR')}")
    return [("cli.little_space", {"path": str(folder), "free": free // 2**20})] if free < 2**30 else []

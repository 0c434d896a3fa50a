"""The golden cases, their adapters, and which are owed by parts of the product that are not built yet."""

import json
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import Any

from golden import adapters
from golden.adapters import ADAPTERS
from support import SHARED

CASES = Path(__file__).parent / "cases"
OWED = {
    "nps_csat_definitions": "evaluation",
    "cronbach_alpha_likert": "evaluation",
    "did_card_krueger_means": "evaluation",
    "structural_ts_nile_local_level": "evaluation",
    "knapsack_burkardt_p01_p02_p03_p07": "treatment",
}
"""Case -> the part of the product that will answer it."""

for _module in iter_modules(adapters.__path__):
    import_module(f"{adapters.__name__}.{_module.name}")


def path_of(case: str) -> Path:
    """The file of a case: here, or beside the repository where its licence keeps it out."""
    here = CASES / f"{case}.json"
    return here if here.exists() else SHARED / "golden" / f"{case}.json"


def load(case: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(path_of(case).read_text(encoding="utf-8"))
    return found


def answered() -> list[str]:
    """The cases that have an adapter."""
    return sorted(ADAPTERS)

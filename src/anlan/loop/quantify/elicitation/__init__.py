"""What experts are asked apart, question by question, so that their answers become the inputs of a method.

A sheet added to this table can be answered by invited experts: its module here declares what the sheet holds,
which questions follow, what an answer is, and the inputs that all answers make. The method itself computes.
"""

from collections.abc import Mapping
from functools import cache
from importlib import import_module

from anlan.loop.quantify.elicitation.sheet import Sheet

SHEETS: Mapping[str, str] = {
    "ahp_pairs": "ahp",
    "fuzzy_sheet": "fuzzy_evaluation",
    "score_sheet": "score_sheet",
    "cooke": "cooke",
}
"""Code of a sheet -> the method that its answers are for."""


@cache
def sheet(code: str) -> Sheet:
    """The sheet of a code in `SHEETS`; its module is imported when it is first asked for."""
    found: Sheet = import_module(f"{__name__}.{code}").SHEET
    return found

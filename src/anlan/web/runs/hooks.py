"""What apps above this one add to runs; they register here, so that runs need not know them.

hooks.when_done.append(candidates_from_run)     # (run, result), inside the finishing transaction
hooks.criteria_of.append(criteria_in_force)     # (unit) -> criteria as in a result, or None
hooks.subjects.append(risk_as_subject)          # (user, code) -> Subject or None
hooks.links_of.append(link_to_candidates)       # (run, user) -> [(address, text), ...]
hooks.sources_of.append(session_of)             # (run, user) -> [(address, text), ...]
hooks.files_of.append(files_of_roster)          # (run, user) -> [(address, file name, help), ...]
hooks.codes_of.append(codes_of_findings)        # (run, user) -> {id of a risk in the result: code}
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Subject:
    """What an assessment is about: the code and title of a risk, its unit, its process or None, where it is
    shown."""

    code: str
    title: str
    unit: Any
    process: Any
    address: str


when_done: list[Callable[[Any, Mapping[str, Any]], None]] = []
"""Called exactly once for a run that is done; what they write stands or falls with the run's result."""

criteria_of: list[Callable[[Any], Mapping[str, Any] | None]] = []
links_of: list[Callable[[Any, Any], list[tuple[str, str]]]] = []
sources_of: list[Callable[[Any, Any], list[tuple[str, str]]]] = []
"""What a run was made from, beside a log: the session whose experts answered."""

files_of: list[Callable[[Any, Any], list[tuple[str, str, str]]]] = []
"""Further files of a done run, for who may take results out."""

codes_of: list[Callable[[Any, Any], dict[str, str]]] = []


def codes_of_risks(run: Any, user: Any) -> dict[str, str]:
    """What the risks of a result are called here, by their id in the result."""
    return {name: code for hook in codes_of for name, code in hook(run, user).items()}


subjects: list[Callable[[Any, str], Subject | None]] = []
"""(user, code) -> the risk of that code, where the person may see it."""


def subject_of(user: Any, code: str) -> Subject | None:
    """The risk an assessment is about, by the first hook that knows it."""
    return next((found for hook in subjects if (found := hook(user, code)) is not None), None)


def criteria_in_force(unit: Any) -> Mapping[str, Any] | None:
    """The unit's criteria by the first hook that knows them; None: the bundled ones."""
    return next((found for hook in criteria_of if (found := hook(unit)) is not None), None)

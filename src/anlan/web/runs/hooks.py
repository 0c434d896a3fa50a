"""What apps above this one add to runs; they register here, so that runs need not know them.

hooks.when_done.append(candidates_from_run)     # (run, result), inside the finishing transaction
hooks.criteria_of.append(criteria_in_force)     # (unit) -> criteria as in a result, or None
hooks.links_of.append(link_to_candidates)       # (run, user) -> [(address, text), ...]
hooks.codes_of.append(codes_of_findings)        # (run, user) -> {id of a risk in the result: code}
"""

from collections.abc import Callable, Mapping
from typing import Any

when_done: list[Callable[[Any, Mapping[str, Any]], None]] = []
"""Called exactly once for a run that is done; what they write stands or falls with the run's result."""

criteria_of: list[Callable[[Any], Mapping[str, Any] | None]] = []
links_of: list[Callable[[Any, Any], list[tuple[str, str]]]] = []
codes_of: list[Callable[[Any, Any], dict[str, str]]] = []


def codes_of_risks(run: Any, user: Any) -> dict[str, str]:
    """What the risks of a result are called here, by their id in the result."""
    return {name: code for hook in codes_of for name, code in hook(run, user).items()}


def criteria_in_force(unit: Any) -> Mapping[str, Any] | None:
    """The unit's criteria by the first hook that knows them; None: the bundled ones."""
    return next((found for hook in criteria_of if (found := hook(unit)) is not None), None)

"""What apps above the register know of a risk, without the register knowing them.

hooks.traced.append(measures_of)             # (risk, user) -> [tracing.steps.Step, ...]
hooks.measure_address.append(address_of)     # (code, user) -> address of the measure, or None
hooks.watching.append(watching_risk)         # (risk, user) -> what watches it, or None
"""

from collections.abc import Callable
from typing import Any

traced: list[Callable[[Any, Any], list[Any]]] = []
"""Further steps of the trace: measures, indicators, alerts, incidents."""

measure_address: list[Callable[[str, Any], str | None]] = []


def address_of_measure(code: str, user: Any) -> str:
    """Where the measure is shown to this person; empty where nobody shows it."""
    return next((found for hook in measure_address if (found := hook(code, user))), "")


models_about: list[Callable[[Any, Any], list[dict[str, Any]]]] = []
"""(risk, user) -> models of its causes: code, title, method, finished, address."""


def models_of_causes(risk: Any, user: Any) -> list[dict[str, Any]]:
    return [each for hook in models_about for each in hook(risk, user)]


followed: list[Callable[[Any], None]] = []
"""(risk), when it went to another unit, inside the transaction: what is about it goes with it."""


watching: list[Callable[[Any, Any], dict[str, Any] | None]] = []
"""(risk, user) -> indicators with `title`, `chip`, `value`, `age`, `address`; alerts `open` and `past`, as
the catalogue's `Watch` names them; `new`: where one is made, empty where the person may not."""


def watching_of(risk: Any, user: Any) -> dict[str, Any] | None:
    return next((found for hook in watching if (found := hook(risk, user)) is not None), None)

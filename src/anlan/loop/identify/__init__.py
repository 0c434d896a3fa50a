"""Identify: what could go wrong here, said by the log itself.

    context = IdentifyContext(log, IdentifySettings())
    findings = identify(context)

One module per finder (`registry.FINDERS`); each tells in its docstring what it finds, on what
evidence, and when it misleads.
"""

from anlan.loop.identify.context import IdentifyContext, WorkingClock
from anlan.loop.identify.registry import FINDERS
from anlan.loop.identify.run import identify
from anlan.loop.identify.settings import IdentifySettings, SlaSettings
from anlan.loop.identify.sla import SlaOutcome, evaluate_sla

__all__ = [
    "FINDERS",
    "IdentifyContext",
    "IdentifySettings",
    "SlaOutcome",
    "SlaSettings",
    "WorkingClock",
    "evaluate_sla",
    "identify",
]

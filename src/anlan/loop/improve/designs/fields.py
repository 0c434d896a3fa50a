"""What can be asked of a redesign: the operators, what each needs and may be told.

A change is a row: an operator and its answers. A design is a name and its changes, carried out one after
the other on the inputs of `process_simulation`; what comes out are such inputs again.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from anlan.domain.method import Field
from anlan.loop.quantify.methods.process.process_fields import MOST_MINUTES

SCHEMA = "anlan.design/1"
MOST_DESIGNS, MOST_CHANGES = 100, 30
MOST_SCHEDULED = 2_016
"""Five-minute intervals of a week."""
RULES = ("oldest_first", "newest_first", "shortest_first", "due_first", "random")


@dataclass(frozen=True)
class Operator:
    """code; pack: the redesign idea of the packs that it carries out; needs, takes: answers it must have, and
    may have."""

    code: str
    pack: str
    needs: tuple[str, ...]
    takes: tuple[str, ...] = ()


_HOURS = ("first_day", "last_day", "from_hour", "to_hour")

OPERATORS: Mapping[str, Operator] = {
    each.code: each
    for each in (
        Operator("remove", "OP-1", ("steps",)),
        Operator("merge", "OP-2", ("steps",), ("factor", "name", "pool")),
        Operator("reorder", "OP-3", ("steps",)),
        Operator("parallelise", "OP-3", ("steps",)),
        Operator("standardise", "OP-4", ("steps", "factor")),
        Operator("automate", "OP-5", ("steps", "factor"), ("chance", "cost", "unattended", "name")),
        Operator("control", "OP-7", ("steps", "name", "time"), ("pool", "chance", "risks", "cost")),
        Operator("staff", "OP-8", ("pool", "people"), _HOURS),
        Operator("move_people", "OP-11", ("pool", "to_pool", "people"), _HOURS),
        Operator("schedule", "OP-11", ("pool", "there")),
        Operator("cross_train", "OP-8", ("steps", "pool")),
        Operator("train", "OP-8", ("pool", "factor")),
        Operator("prioritise", "OP-12", (), ("steps", "case_class")),
        Operator("dispatch", "OP-8", ("pool", "rule")),
        Operator("batch", "OP-8", ("steps", "size"), ("wait",)),
        Operator("smooth", "OP-11", ("factor",)),
        Operator("divert", "OP-9", ("factor",)),
        Operator("treat", "OP-7", ("risks", "factor"), ("delay_factor",)),
    )
}

CHANGE: tuple[Field, ...] = (
    Field("operator", "choice", choices=tuple(OPERATORS)),
    Field("steps", "text", default="", names=("steps",)),
    Field("pool", "text", default="", names=("pools",)),
    Field("to_pool", "text", default="", names=("pools",)),
    Field("risks", "text", default="", names=("risks",)),
    Field("case_class", "text", default="", names=("classes",)),
    Field("name", "text", default=""),
    Field("factor", "number", default=None, low=0, high=1_000),
    Field("delay_factor", "number", default=None, low=0, high=1_000),
    Field("people", "integer", default=None, low=-100_000, high=100_000),
    Field("first_day", "integer", default=None, low=1, high=7),
    Field("last_day", "integer", default=None, low=1, high=7),
    Field("from_hour", "number", default=None, low=0, below=24),
    Field("to_hour", "number", default=None, above=0, high=24),
    Field("there", "numbers", default=(), least=0, low=0, high=100_000, most=MOST_SCHEDULED),
    Field("time", "estimate", default=None, low=0, high=MOST_MINUTES, unit="minute"),
    Field("chance", "number", default=None, low=0, high=1, unit="probability"),
    Field("cost", "number", default=None, low=0, high=1e9),
    Field("unattended", "flag", default=None),
    Field("rule", "choice", default=None, choices=RULES),
    Field("size", "integer", default=None, low=1, high=10_000),
    Field("wait", "number", default=None, low=0, high=MOST_MINUTES, unit="minute"),
    Field("once", "number", default=0.0, low=0, high=1e12),
    Field("yearly", "number", default=None, low=-1e12, high=1e12),
)
"""once, yearly: what the change costs; without `yearly`, people cost what their pool costs an hour, all else
nothing."""

DESIGN: tuple[Field, ...] = (
    Field("name", "text"),
    Field("changes", "table", columns=CHANGE, most=MOST_CHANGES),
)

"""A way to assess a risk, declared once: what it asks and what it answers.

Forms, checks, help, the schema of its spec file and its reference page are all made from the declaration.
Words are not here: `locale/<language>/methods*.toml` holds them under the codes given here.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Kind = Literal[
    "number", "integer", "text", "flag", "choice", "numbers", "texts", "matrix", "grid", "table", "record",
    "estimate", "spec",
]  # fmt: skip
"""numbers, texts: a list. matrix, grid: rows of numbers or of texts, all of one length.
record: named answers (`columns`). table: a list of records.
estimate: a number, or a distribution as {kind = "pert", low = ..., likely = ..., high = ...}.
spec: the spec of another method (`method`, `inputs`), taken as written; who asks for it reads it."""


class Required:
    """Stands as the default of a question that must be answered."""


REQUIRED = Required()


@dataclass(frozen=True)
class Field:
    """One question of a method.

    default        what holds without an answer; REQUIRED where there must be one, None where it may be open
    low, high      inclusive limits of each number in the answer; `above`, `below`: exclusive ones
    choices        accepted answers of a `choice`
    columns        the questions of each row of a `table`, or of a `record`
    least, most    number of entries of a list, rows of a matrix or table
    gaps           numbers of a list or matrix may be missing (None)
    unit           code of the unit, where there is one; words under `method_units`
    names          tables of the same spec: the answer names one of their rows, or several
    """

    name: str
    kind: Kind
    default: Any = REQUIRED
    low: float | None = None
    high: float | None = None
    above: float | None = None
    below: float | None = None
    choices: tuple[str, ...] = ()
    columns: tuple["Field", ...] = ()
    least: int = 1
    most: int = 10_000
    gaps: bool = False
    unit: str = ""
    names: tuple[str, ...] = ()


@dataclass(frozen=True)
class Note:
    """A sentence by its code (`method_notes`), with what fills it."""

    code: str
    parameters: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Quantity:
    """One number of an answer, with its interval where the method gives one.

    name      code of what it is (`method_quantities`)
    unit      code of its unit (`method_units`): "", "probability", "per_year", "customer_min", ...
    low, high limits; `interval` names what they are (`method_intervals`): "confidence_95", "credible_90",
              "quartiles", "bounds". Without limits `interval` is empty.
    """

    name: str
    value: float
    unit: str = ""
    low: float | None = None
    high: float | None = None
    interval: str = ""


@dataclass(frozen=True)
class AnswerTable:
    """Figures in rows. name and columns are codes (`method_tables`, `method_columns`); cells are texts,
    numbers, flags or None; a cell that is a Note is said in the reader's language."""

    name: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]


@dataclass(frozen=True)
class Chart:
    """A drawing of the answer: its kind (a chart function of that name) and what it draws."""

    kind: str
    data: Mapping[str, Any]


@dataclass(frozen=True)
class Answer:
    """What a method says.

    quantities   the first is the headline, the number that bands turn into a level
    level        where the method itself looks the level up in cells the user gave (a matrix), else None
    scores       (likelihood, severity) on the scales of risk criteria, where the method gives scores
    assumptions, warnings: what the claim rests on, and what should keep a reader from trusting it
    """

    quantities: tuple[Quantity, ...]
    tables: tuple[AnswerTable, ...] = ()
    charts: tuple[Chart, ...] = ()
    level: str | None = None
    scores: tuple[int, int] | None = None
    assumptions: tuple[Note, ...] = ()
    warnings: tuple[Note, ...] = ()

    @property
    def headline(self) -> Quantity:
        return self.quantities[0]


@dataclass(frozen=True)
class Method:
    """code: also the key of its words. version: raised when the same inputs give another answer.

    run(inputs, seed=...) -> Answer; inputs are what `read_inputs` made of the user's answers.
    random: the answer depends on the seed.
    """

    code: str
    fields: tuple[Field, ...]
    run: Callable[..., Answer]
    version: int = 1
    random: bool = False

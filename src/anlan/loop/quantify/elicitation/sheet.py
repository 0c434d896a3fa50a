"""The parts of a sheet that experts answer, declared once."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from anlan.domain.errors import UsageError
from anlan.domain.method import AnswerTable, Field
from anlan.loop.quantify.methods import method
from anlan.loop.quantify.methods.faults import Faults
from anlan.loop.quantify.methods.reading import read_inputs

MOST_QUESTIONS = 300
LONGEST_NAME = 80

Content = Mapping[str, Any]
"""What a sheet holds, as `read_content` made it."""

Said = Mapping[int, Mapping[str, Any]]
"""What one expert says: number of the question -> answer. Questions left out are not there."""

Answers = Mapping[str, Said]
"""What all experts say, by pseudonym."""


@dataclass(frozen=True)
class Question:
    """part: what it belongs to, a criterion or the thing judged; names: the items it puts before the expert.
    facts: what else the expert must know, such as the unit."""

    part: str
    names: tuple[str, ...]
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Tally:
    """Whose answers to a part count. left_out: experts who answered some of it, but too little to count."""

    part: str
    counted: tuple[str, ...]
    left_out: tuple[str, ...] = ()


@dataclass(frozen=True)
class Sheet:
    """code: also the key of its words. fields: what the sheet holds, asked like the inputs of a method.

    check(content, faults)             what the fields alone do not say
    questions(content)                 all questions, in the order in which an expert meets them
    read(content, question, given)     one answer, checked; empty where the expert leaves the question out
    tallies(content, answers)          whose answers count, part by part
    inputs(content, answers)           of the method, from the answers that count
    feedback(content, number, answers) what an expert is told of all answers to a question in the next round
    agreement(content, answers)        tables of how far the experts agree
    shown, folded                      tables of the method's answer that the leader sees after a round, and
                                       those that stand folded below them
    one_round                          experts are asked once and told nothing of the others
    """

    code: str
    method: str
    fields: tuple[Field, ...]
    check: Callable[[Content, Faults], None]
    questions: Callable[[Content], tuple[Question, ...]]
    read: Callable[[Content, Question, Mapping[str, Any]], dict[str, Any]]
    tallies: Callable[[Content, Answers], tuple[Tally, ...]]
    inputs: Callable[[Content, Answers], dict[str, Any]]
    feedback: Callable[[Content, int, Answers], dict[str, Any]]
    agreement: Callable[[Content, Answers], tuple[AnswerTable, ...]]
    shown: tuple[str, ...]
    folded: tuple[str, ...] = ()
    most_experts: int = 50
    one_round: bool = False


def read_content(sheet: Sheet, given: Mapping[str, Any]) -> dict[str, Any]:
    """What a sheet holds, checked.

    Errors: RefusedInputs that lists every fault; UsageError where there are too many questions for anybody.
    """
    content = read_inputs(sheet.fields, given)
    faults = Faults()
    sheet.check(content, faults)
    faults.raise_any()
    n = len(sheet.questions(content))
    if n > MOST_QUESTIONS:
        raise UsageError("elicitation.many_questions", found=n, most=MOST_QUESTIONS)
    return content


def fields_of_method(code: str, names: Sequence[str]) -> tuple[Field, ...]:
    """Questions that a sheet takes over from its method."""
    known = {each.name: each for each in method(code).fields}
    return tuple(known[name] for name in names)


def taken_over(content: Content, names: Sequence[str]) -> dict[str, Any]:
    """The answers to those questions, as inputs of the method; open ones are left out."""
    plain = {name: content[name] for name in names if content[name] is not None}
    return {name: list(value) if isinstance(value, tuple) else value for name, value in plain.items()}


def check_lengths(names: Sequence[str], where: str, faults: Faults) -> None:
    """Names must fit on the screen of a phone. where: the place with `{}` for the number of the entry."""
    for place, name in enumerate(names, start=1):
        if len(name) > LONGEST_NAME:
            faults.add("elicitation.long_name", where=where.format(place), found=len(name), most=LONGEST_NAME)


def number_of(given: Mapping[str, Any], name: str, *, low: float, high: float, part: str) -> float:
    """A number of an answer. Errors: UsageError with what is accepted."""
    value = given.get(name)
    fits = isinstance(value, int | float) and not isinstance(value, bool) and low <= value <= high
    if not fits:
        limits = f"[{low:g}, {high:g}]"
        raise UsageError("elicitation.number", where=part, found=str(value)[:40], limits=limits)
    return float(value)  # type: ignore[arg-type]


def known_only(given: Mapping[str, Any], names: Sequence[str], part: str) -> None:
    """Errors: UsageError where an answer holds something else."""
    other = [str(name)[:40] for name in given if name not in names]
    if other:
        accepted = ", ".join(names)
        raise UsageError("elicitation.unknown", where=part, found=", ".join(other), accepted=accepted)

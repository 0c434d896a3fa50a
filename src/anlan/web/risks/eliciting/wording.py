"""Answers to a sheet in words: on the expert's page, on the leader's, in the record."""

from collections.abc import Mapping
from typing import Any

from anlan.formats.wording import number, ratio
from anlan.web.common.texts import language, text

NOTHING = "—"


def outweighs(first: str, second: str, value: float) -> str:
    """The comparison as a sentence, the weightier item first."""
    if abs(value - 1) < 1e-9:
        return text("eliciting.pairs.equal", first=first, second=second)
    if value > 1:
        return text("eliciting.pairs.heavier", first=first, second=second, times=value)
    return text("eliciting.pairs.heavier", first=second, second=first, times=1 / value)


def shares(grades: Mapping[str, float]) -> str:
    """`高 70%、中 30%`, the largest first; one grade alone without its share."""
    some = sorted(((share, grade) for grade, share in grades.items() if share > 0), key=lambda each: -each[0])
    if len(some) == 1:
        return some[0][1]
    return text("common.comma").join(
        text("eliciting.grades.share", grade=grade, share=share) for share, grade in some
    )


def question_words(question: Mapping[str, Any]) -> str:
    """A question as the head of a row."""
    names = question["names"]
    if len(names) == 2:
        return text("eliciting.pairs.row", part=question["part"], first=names[0], second=names[1])
    unit = question["facts"].get("unit")
    return f"{names[0]} ({unit})" if unit else str(names[0])


def answer_words(content: Mapping[str, Any], said: Mapping[str, Any] | None) -> str:
    """What somebody answered; a dash where the question was left out."""
    if not said:
        return NOTHING
    if "value" in said:
        return ratio(said["value"], language())
    if "shares" in said:
        given = [share / 100 for share in said["shares"]]
        return shares(dict(zip(content["grades"], given, strict=True)))
    if "score" in said:
        return number(said["score"], language())
    return "; ".join(number(said[name], language()) for name in ("low", "median", "high"))

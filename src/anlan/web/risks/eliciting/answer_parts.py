"""What each sheet's part of the expert's page shows, and how its fields are read."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from anlan.formats.messages import messages
from anlan.loop.quantify.elicitation.ahp_pairs import HIGHEST, Standing, questions, standing
from anlan.loop.quantify.elicitation.sheet import Content, Question, Said
from anlan.loop.quantify.methods.weights.ahp_tables import LIMIT
from anlan.studies.methods.one_line import number_of
from anlan.web.common.texts import language, text
from anlan.web.risks.eliciting.wording import outweighs, shares

Sent = Mapping[str, str]
LEFT_OUT = "none"


@dataclass(frozen=True)
class Part:
    """read(content, sent): the answer as it was filled in, {} to leave the question out, None where nothing
    was filled in. show(content, question, said, number, sent): what the template needs; `said`: the expert's
    answers by number; `sent`: what was refused, to be shown again. before(content, question, told): what all
    said in the round before, in sentences. boxes: fields that are typed in."""

    read: Callable[[Content, Sent], dict[str, Any] | None]
    show: Callable[[Content, Question, Said, int, Sent], dict[str, Any]]
    before: Callable[[Content, Question, Mapping[str, Any]], list[str]]
    boxes: tuple[str, ...] = ()


# Pairs: the scale runs 9 … 2, 1, 2 … 9 from the first item to the second, coded 9 … 2, 1, -2 … -9.

_STEPS = (*range(HIGHEST, 1, -1), 1, *range(-2, -HIGHEST - 1, -1))


def _value_of(step: int) -> float:
    return float(step) if step > 0 else 1.0 / -step


def _read_pair(content: Content, sent: Sent) -> dict[str, Any] | None:
    chosen = sent.get("value", "")
    if chosen == LEFT_OUT:
        return {}
    known = {str(step): step for step in _STEPS}
    return {"value": _value_of(known[chosen])} if chosen in known else ({"value": chosen} if chosen else None)


def _show_pair(content: Content, question: Question, said: Said, number: int, sent: Sent) -> dict[str, Any]:
    own = said.get(number, {}).get("value")
    steps = [
        {"code": str(step), "size": abs(step), "word": text(f"eliciting.pairs.words.{abs(step)}"),
         "between": step % 2 == 0, "chosen": own is not None and abs(own - _value_of(step)) < 1e-9,
         "said": outweighs(*question.names, _value_of(step))}
        for step in _STEPS
    ]  # fmt: skip
    half = len(_STEPS) // 2
    return {
        "first": question.names[0], "second": question.names[1], "part": question.part,
        "upper": steps[:half], "equal": steps[half], "lower": steps[half + 1 :],
        "chosen": "" if own is None else outweighs(*question.names, own),
        "state": group_state(content, question.part, said),
    }  # fmt: skip


def group_state(content: Content, part: str, said: Said) -> dict[str, Any]:
    """Where the expert's own comparisons of a group stand: joined or not, consistency, weights."""
    found: Standing = standing(content, part, said)
    state: dict[str, Any] = {"part": part, "answered": found.answered, "of": found.of, "limit": LIMIT}
    if found.consistency is None:
        comma = text("common.comma")
        alone = [comma.join(names) for names in found.apart]
        return state | {"apart": alone if found.answered else []}
    ratio = found.consistency
    ranked = sorted(found.weights.items(), key=lambda each: -each[1])
    state |= {"weights": [(name, share, round(100 * share)) for name, share in ranked]}
    if ratio.n < 3:
        return state
    beyond = ratio.ratio >= LIMIT
    state |= {"ratio": ratio.ratio, "beyond": beyond, "gaps": not ratio.complete}
    if beyond and ratio.triad:
        state["triad"] = _note(ratio.triad)
    if beyond and ratio.repair:
        pair = {ratio.repair.parameters["row"], ratio.repair.parameters["column"]}
        asked = enumerate(questions(content), start=1)
        state["repair"] = _note(ratio.repair)
        state["repair_at"] = next(n for n, each in asked if each.part == part and set(each.names) == pair)
    return state


def _note(note: Any) -> str:
    return messages(language()).text(f"method_notes.{note.code}", **note.parameters)


def _before_pair(content: Content, question: Question, told: Mapping[str, Any]) -> list[str]:
    first, second = question.names
    said = [
        text("eliciting.pairs.mean", n=told["n"], said=outweighs(first, second, told["mean"])),
        text("eliciting.pairs.range", low=outweighs(first, second, told["low"]),
             high=outweighs(first, second, told["high"])),
    ]  # fmt: skip
    if told["weights"]:
        ranked = sorted(told["weights"].items(), key=lambda each: -each[1])
        each = [text("eliciting.grades.share", grade=name, share=share) for name, share in ranked]
        said.append(text("eliciting.pairs.weights", weights=text("common.comma").join(each)))
    return said


# Grades: one of them, or 100 % spread over them.


def _read_grade(content: Content, sent: Sent) -> dict[str, Any] | None:
    chosen, grades = sent.get("grade", ""), content["grades"]
    if chosen == LEFT_OUT:
        return {}
    if chosen == "spread":
        typed = [sent.get(f"share_{place}", "").strip() for place in range(len(grades))]
        return {"shares": [number_of(each or "0") for each in typed]} if any(typed) else None
    known = {str(place): grade for place, grade in enumerate(grades)}
    return {"grade": known.get(chosen, chosen)} if chosen else None


def _show_grade(content: Content, question: Question, said: Said, number: int, sent: Sent) -> dict[str, Any]:
    own = said.get(number, {}).get("shares")
    whole = None if own is None else next((k for k, share in enumerate(own) if share == 100), None)
    chosen = sent.get("grade", "") or ("" if own is None else "spread" if whole is None else str(whole))
    given = [
        {"place": str(k), "grade": grade, "chosen": chosen == str(k),
         "share": sent.get(f"share_{k}", "") or ("" if own is None or not own[k] else f"{own[k]:g}")}
        for k, grade in enumerate(content["grades"])
    ]  # fmt: skip
    return {"name": question.names[0], "under": question.facts.get("under", ""), "grades": given,
            "spread": chosen == "spread",
            "chosen": "" if own is None else shares(_by_grade(content, own))}  # fmt: skip


def _by_grade(content: Content, own: list[float]) -> dict[str, float]:
    return dict(zip(content["grades"], (share / 100 for share in own), strict=True))


def _before_grade(content: Content, question: Question, told: Mapping[str, Any]) -> list[str]:
    return [text("eliciting.grades.before", n=told["n"], said=shares(told["shares"]))]


# Scores on one scale.


def _read_score(content: Content, sent: Sent) -> dict[str, Any] | None:
    chosen = sent.get("score", "").strip()
    if chosen == LEFT_OUT:
        return {}
    return {"score": number_of(chosen)} if chosen else None


_MOST_BUTTONS = 11


def _show_score(content: Content, question: Question, said: Said, number: int, sent: Sent) -> dict[str, Any]:
    """Buttons where the scale has few whole numbers, else a box."""
    own = said.get(number, {}).get("score")
    low, high = content["low"], content["high"]
    few = low == int(low) and high == int(high) and high - low < _MOST_BUTTONS
    steps = [{"code": str(k), "chosen": own == k} for k in range(int(low), int(high) + 1)] if few else []
    typed = sent.get("score", "") or ("" if own is None else f"{own:g}")
    return {"name": question.names[0], "steps": steps, "low": low, "high": high, "typed": typed}


def _before_score(content: Content, question: Question, told: Mapping[str, Any]) -> list[str]:
    return [text("workshops.answer.half", **{name: told[name] for name in ("median", "q1", "q3", "n")})]


# Three quantiles.

_QUANTILES = ("low", "median", "high")


def _read_quantiles(content: Content, sent: Sent) -> dict[str, Any] | None:
    typed = {name: sent.get(name, "").strip() for name in _QUANTILES}
    if not any(typed.values()) or ("go" not in sent and not all(typed.values())):
        return None
    return {name: number_of(each) if each else None for name, each in typed.items()}


def _show_quantiles(
    content: Content, question: Question, said: Said, number: int, sent: Sent
) -> dict[str, Any]:
    own = said.get(number, {})
    boxes = [
        {"name": name, "word": text(f"eliciting.quantiles.{name}"),
         "typed": sent.get(name, "") or (f"{own[name]:g}" if name in own else "")}
        for name in _QUANTILES
    ]  # fmt: skip
    return {"name": question.names[0], "unit": question.facts.get("unit", ""), "boxes": boxes}


def _nothing(content: Content, question: Question, told: Mapping[str, Any]) -> list[str]:
    return []


PARTS: Mapping[str, Part] = {
    "ahp_pairs": Part(_read_pair, _show_pair, _before_pair),
    "fuzzy_sheet": Part(_read_grade, _show_grade, _before_grade),
    "score_sheet": Part(_read_score, _show_score, _before_score, ("score",)),
    "cooke": Part(_read_quantiles, _show_quantiles, _nothing, _QUANTILES),
}

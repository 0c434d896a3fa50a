"""Questions answered by choosing or by naming steps: packs, criteria, usual path, closing steps, a day."""

from collections.abc import Mapping
from typing import Any

from django import forms

from anlan.formats.packs import PACK_CODES, load_pack
from anlan.studies.options import parse_closing, parse_packs, parse_path
from anlan.web.common.texts import language, text
from anlan.web.runs.asking.known import Known
from anlan.web.runs.asking.limits import MOST_STEPS
from anlan.web.runs.asking.question import Question, Unfit, Way, file_way, kept_way, needed

_LONGEST = 2000


def criteria_question(name: str, title: str, given: str | None) -> Question:
    lines = text("runs.fields.given_file", lines=len((given or "").splitlines()))
    ways = (
        *([kept_way(given, lines)] if given else []),
        Way("in_force", text("runs.ask.criteria.in_force"), note=text("runs.ask.criteria.in_force_help")),
        file_way("criteria"),
    )
    return Question(name, title, ways, "kept" if given else "in_force", rare=True)


def model_question(name: str, title: str, known: Known, given: str | None) -> Question:
    """Against which model finished cases are held; the version in force is one where there is one."""
    lines = text("runs.fields.given_file", lines=len((given or "").splitlines()))
    in_force = Way("in_force", text("runs.ask.model.in_force"), lambda fields: known.model,
                   note=text("runs.ask.model.in_force_help"))  # fmt: skip
    ways = (
        *([kept_way(given, lines)] if given else []),
        Way("none", text("runs.ask.model.none")),
        *([in_force] if known.model else []),
        file_way("", accept=".bpmn,.xml", note=text("runs.ask.model.file_help")),
    )
    return Question(name, title, ways, "kept" if given else "none", rare=True)


def packs_question(name: str, title: str, given: str | None) -> Question:
    named = parse_packs(given or "auto")
    choices = [(code, f"{code} {load_pack(code).title.in_language(language())}") for code in PACK_CODES]
    chosen = forms.MultipleChoiceField(
        choices=choices, initial=named or [], required=False, label=text("runs.ask.packs.of"),
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip
    ways = (
        Way("auto", text("runs.ask.packs.auto"), lambda given: "auto", note=text("runs.ask.packs.auto_help")),
        Way("none", text("runs.ask.packs.none"), lambda given: "none"),
        Way(
            "named", text("runs.ask.packs.named"), lambda given: ",".join(needed(given, "of")), {"of": chosen}
        ),
    )
    return Question(name, title, ways, "auto" if named is None else "named" if named else "none", rare=True)


def packs_said(given: str) -> str:
    named = parse_packs(given)
    if not named:
        return text("runs.ask.packs.auto" if named is None else "runs.ask.packs.none")
    return text("runs.ask.list").join(
        f"{code} {load_pack(code).title.in_language(language())}" for code in named
    )


def path_question(name: str, title: str, known: Known, given: str | None) -> Question:
    steps = "\n".join(parse_path(given)) if given else ""
    area = forms.Textarea(attrs={"rows": 4, "placeholder": "\n".join(list(known.steps)[:3])})
    field = forms.CharField(
        max_length=_LONGEST, required=False, initial=steps, label=text("runs.ask.path.steps"), widget=area
    )
    ways = (
        Way("none", text("runs.ask.path.none")),
        Way("steps", text("runs.ask.path.given"), _path, {"steps": field}, text("runs.ask.path.help")),
    )
    return Question(name, title, ways, "steps" if given else "none", rare=True)


def _path(given: Mapping[str, Any]) -> str:
    steps = _lines(given["steps"])
    if len(steps) < 2:
        raise Unfit("steps", text("runs.ask.path.two"))
    return ">".join(steps)


def path_said(given: str) -> str:
    return " → ".join(parse_path(given))


def closing_question(name: str, title: str, known: Known, given: str | None) -> Question:
    held = parse_closing(given) if given else ()
    ways = (
        Way("learned", text("runs.ask.closing.learned")),
        Way("named", text("runs.ask.closing.named"), _closing, {"of": _steps_field(known, held)},
            text("runs.ask.closing.help")),
    )  # fmt: skip
    return Question(name, title, ways, "named" if held else "learned", rare=True)


def _steps_field(known: Known, held: tuple[str, ...]) -> forms.Field:
    """Boxes to tick where there are few steps, else one to a line."""
    label = text("runs.ask.closing.of")
    if 0 < len(known.steps) <= MOST_STEPS:
        choices = list({**known.steps, **{name: name for name in held if name not in known.steps}}.items())
        return forms.MultipleChoiceField(
            choices=choices, initial=held, required=False, label=label, widget=forms.CheckboxSelectMultiple
        )
    area = forms.Textarea(attrs={"rows": 3})
    return forms.CharField(
        max_length=_LONGEST, required=False, initial="\n".join(held), label=label, widget=area
    )


def _closing(given: Mapping[str, Any]) -> str:
    chosen = needed(given, "of")
    steps = _lines(chosen) if isinstance(chosen, str) else chosen
    return ",".join(step.replace(",", "\\,") for step in steps)


def closing_said(given: str) -> str:
    return text("runs.ask.list").join(parse_closing(given))


def _lines(given: str | None) -> list[str]:
    return [line.strip() for line in (given or "").splitlines() if line.strip()]


def day_question(name: str, title: str, given: str | None) -> Question:
    """A day; a moment that an earlier run was given stays as it is written."""
    kind = "date" if not given or len(given) == 10 else "text"
    field = forms.CharField(
        max_length=40, required=False, initial=given or "", label=text("runs.ask.day.on"),
        widget=forms.TextInput(attrs={"type": kind}),
    )  # fmt: skip
    ways = (
        Way("last", text("runs.ask.day.last")),
        Way("on", text("runs.ask.day.given"), lambda fields: str(needed(fields, "on")), {"on": field}),
    )
    return Question(name, title, ways, "on" if given else "last", rare=True)

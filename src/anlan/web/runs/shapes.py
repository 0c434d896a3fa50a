"""Runs and studies as the API takes and shows them."""

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import Field

from anlan.formats.messages import in_both_languages
from anlan.formats.spec_file import read_spec_file
from anlan.loop.quantify.methods import family_of, method
from anlan.studies.catalogue import Study
from anlan.studies.catalogue import studies as all_studies
from anlan.studies.methods.explaining import EXAMPLES, PARTS
from anlan.studies.methods.schema import spec_schema
from anlan.web.common.rest.paging import Page, Paging
from anlan.web.common.rest.values import Code, Given, Named, Person, Shown, Text, named, person
from anlan.web.common.texts import error_of, language
from anlan.web.runs.models import Run
from anlan.web.runs.selectors import facts_of

State = Literal["queued", "running", "done", "failed", "cancelled"]


class ParameterShown(Shown):
    """One question of a study. kind: text, file (content of a TOML file), choice, integer, number, flag."""

    name: str
    kind: str
    title: dict[str, str]
    help: dict[str, str]
    default: Any
    low: float | None
    high: float | None
    choices: dict[str, dict[str, str]]


class StudyShown(Shown):
    """A study and what it can be asked."""

    code: str
    title: dict[str, str]
    about: dict[str, str]
    needs_log: bool
    parameters: list[ParameterShown]


class StudyList(Shown):
    items: list[StudyShown]


class RunRow(Shown):
    """A run in a list. about: code of the risk it assesses, or empty; figures: a few of its numbers; fed_by:
    code of the run whose result it was begun with."""

    code: str
    study: str
    about: str
    process: Named | None
    unit: Named
    state: str
    progress: float
    step: str
    seed: int
    figures: dict[str, Any]
    verified: bool | None
    verifies: str | None
    fed_by: str | None
    created_at: datetime
    created_by: Person | None
    started_at: datetime | None
    finished_at: datetime | None


class RunPage(Page):
    items: list[RunRow]


class RunShown(RunRow):
    """A run with what was asked and where it came from; error: why it failed, in words."""

    parameters: dict[str, Any]
    input_sha256: str
    result_sha256: str
    attempts: int
    cancel_asked: bool
    error: str
    log: int | None


class RunFilters(Paging):
    """process: a code; q: words of the code or of the process's name."""

    study: Literal["", *(study.code for study in all_studies())] = ""  # type: ignore[valid-type]
    state: Literal["", State] = ""
    process: Annotated[Text, Field(max_length=80)] = ""
    q: Annotated[Text, Field(max_length=200)] = ""


class NewRun(Given):
    """A study on the current log of a process; parameters left out have their default."""

    process: Code
    study: Code
    parameters: dict[str, Annotated[Text, Field(max_length=1_000_000)] | int | float | bool | None] = {}
    seed: Annotated[int, Field(ge=0, le=2**63 - 1)] = 0


class MethodRow(Shown):
    """A method of quantification. title, about: in both languages."""

    code: str
    family: str
    title: dict[str, str]
    about: dict[str, str]


class MethodList(Shown):
    items: list[MethodRow]


class MethodShown(MethodRow):
    """A method with the JSON schema of its spec and an example that runs.

    formula, limits, source: in both languages
    """

    formula: dict[str, str]
    limits: dict[str, str]
    source: dict[str, str]
    spec_schema: dict[str, Any]
    example: dict[str, Any]


class MethodAssessment(Given):
    """One assessment by a method. spec: as `anlan quantify --spec` takes it; risk or process: what it is for,
    else the unit of whoever asks; fed_by: the done run whose result the spec was begun with."""

    spec: dict[str, Any]
    fed_by: Annotated[Text, Field(max_length=20)] = ""
    risk: Annotated[Text, Field(max_length=20)] = ""
    process: Annotated[Text, Field(max_length=80)] = ""


def method_row(code: str) -> dict[str, Any]:
    said = {part: in_both_languages(f"methods.{code}.{part}") for part in ("title", "about")}
    return {"code": code, "family": family_of(code), **said}


def method_shown(code: str) -> dict[str, Any]:
    parts = {part: in_both_languages(f"methods.{code}.{part}") for part in PARTS[1:]}
    return method_row(code) | parts | {
        "spec_schema": spec_schema(method(code), language=language()),
        "example": read_spec_file(EXAMPLES / f"{code}.yaml"),
    }  # fmt: skip


def study_shown(study: Study) -> dict[str, Any]:
    names = ("name", "kind", "title", "help", "default", "low", "high", "choices")
    parameters = [{name: getattr(parameter, name) for name in names} for parameter in study.parameters]
    facts = {name: getattr(study, name) for name in ("code", "title", "about", "needs_log")}
    return facts | {"parameters": parameters}


def run_row(run: Run) -> dict[str, Any]:
    names = ("code", "study", "about", "state", "progress", "step", "seed", "figures", "verified",
             "created_at", "started_at", "finished_at")  # fmt: skip
    return {name: getattr(run, name) for name in names} | {
        "process": named(run.process),
        "unit": named(run.unit),
        "verifies": run.verifies and run.verifies.code,
        "fed_by": run.fed_by and run.fed_by.code,
        "created_by": person(run.created_by),
    }


def run_shown(run: Run) -> dict[str, Any]:
    names = ("input_sha256", "result_sha256", "attempts", "cancel_asked")
    return (
        run_row(run)
        | {name: getattr(run, name) for name in names}
        | {
            "parameters": facts_of(run),
            "error": error_of(run.error),
            "log": run.log_id,
        }
    )

"""How a model begins: empty, with the method's example, with a risk's bow-tie, or with a file of this or of
another program."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.core.files.uploadedfile import UploadedFile

from anlan.domain.errors import RefusedInput, UsageError
from anlan.formats.settings_bytes import LARGEST_BYTES, SettingsBytes
from anlan.formats.spec_file import read_spec_file
from anlan.loop.quantify.cause_models import CODES
from anlan.loop.quantify.cause_models.drafts import empty
from anlan.studies.methods.explaining import EXAMPLES
from anlan.studies.methods.open_psa import document_of
from anlan.web.causes.models import CauseModel
from anlan.web.causes.services import Facts, create_model
from anlan.web.common.texts import in_language, language, text
from anlan.web.people.models import Unit, User
from anlan.web.risks.models import Risk
from anlan.web.risks.services import bow_tie_of
from anlan.web.risks.services.bow_tie import lines_of

WAYS = ("empty", "example", "bow_tie", "file")


@dataclass(frozen=True)
class Beginning:
    """way: one of `WAYS`. top: of a file with several gates that stand under no other."""

    method: str
    way: str = "empty"
    title: str = ""
    file: UploadedFile | None = None
    top: str = ""


def begun(given: Beginning, *, unit: Unit, about: Risk | None, actor: User) -> CauseModel:
    """The model. Errors: UsageError, RefusedInputs of a file, whole."""
    title = given.title.strip() or (in_language(about, "title") if about else "")
    if given.way == "file":
        document, source = _of_file(given.file, given.top)
        facts = Facts(
            (given.title.strip() or str(document.get("title") or "") or title or source)[:200], source
        )
        return create_model(unit=unit, method=str(document.get("method")), facts=facts,
                            inputs=document.get("inputs") or {}, actor=actor, about=about)  # fmt: skip
    if given.method not in CODES:
        raise UsageError("cause_model.method", found=given.method[:40], accepted=", ".join(CODES))
    if given.way == "example":
        document = read_spec_file(EXAMPLES / f"{given.method}.yaml")
        return create_model(unit=unit, method=given.method, facts=Facts(given.title or document["title"]),
                            inputs=document["inputs"], actor=actor, about=about)  # fmt: skip
    if given.way == "bow_tie" and about is not None:
        facts = Facts(title, text("causes.from_register", code=about.code))
        return create_model(unit=unit, method="bow_tie", facts=facts, inputs=inputs_of_bow_tie(about),
                            actor=actor, about=about)  # fmt: skip
    if given.way != "empty":
        raise UsageError("cause_model.way", found=given.way[:40], accepted=", ".join(WAYS))
    return create_model(unit=unit, method=given.method, facts=Facts(title), actor=actor, about=about,
                        inputs=empty(given.method, title or text("causes.called.event")))  # fmt: skip


def inputs_of_bow_tie(risk: Risk) -> dict[str, Any]:
    """The bow-tie of the register as a model: its texts as names, its numbers still to be given."""
    drawn = bow_tie_of(risk)
    barriers: dict[str, dict[str, Any]] = {}

    def lines(side: str) -> list[dict[str, Any]]:
        rows: dict[str, dict[str, Any]] = {}
        for line in lines_of(drawn, side):
            names = [in_language(each, "text").strip() for each in line.barriers.all()]
            barriers.update({name: {"name": name} for name in names})
            name = _apart(in_language(line, "text").strip(), rows)
            rows[name] = {"name": name, "barriers": list(dict.fromkeys(names))}
        return list(rows.values())

    causes, consequences = lines("threat"), lines("consequence")
    own = risk.event if language() == "zh" else ""  # it is kept in one language, the title in both
    event = (own or in_language(risk, "title")).strip()
    return {"event": event[:400], "causes": causes, "barriers": list(barriers.values()),
            "consequences": consequences}  # fmt: skip


def _apart(name: str, taken: Mapping[str, Any]) -> str:
    """A name of its own for a line that says the same as another."""
    found, number = name, 2
    while found in taken:
        found, number = f"{name} {number}", number + 1
    return found


def _of_file(file: UploadedFile | None, top: str) -> tuple[dict[str, Any], str]:
    """The document of a spec file or an Open-PSA model, and the file's name."""
    if file is None:
        raise UsageError("cause_model.no_file")
    name = Path(str(file.name)).name[:120]
    content = file.read(LARGEST_BYTES + 1)
    if len(content) > LARGEST_BYTES:
        raise RefusedInput("spec.too_large", file=name, limit=LARGEST_BYTES)
    document = document_of(SettingsBytes(Path(name), content), top=top or None)
    return document, name

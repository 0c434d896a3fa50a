"""What the page of conformance shows of the newest run."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.utils.safestring import SafeString

from anlan.domain.design import Design
from anlan.formats.bpmn import read_bpmn
from anlan.formats.wording import percent
from anlan.studies.catalogue import CONFORM, DISCOVER
from anlan.web.catalog.drawings import Marks, marked_drawing
from anlan.web.catalog.models import Process
from anlan.web.common.texts import in_language, language
from anlan.web.people.models import User
from anlan.web.runs import results
from anlan.web.runs.asking.known import model_in_force
from anlan.web.runs.models import Run
from anlan.web.runs.selectors import runs_of

LIMITS = (0.01, 0.05, 0.15)
"""Shares of cases between the four steps of the colour, as on the map of the process."""
MOST_VARIANTS = 10


@dataclass(frozen=True)
class ConformancePage:
    """newest: the newest run of the process that is not done, or failed after the last that is."""

    process: Process
    user: User
    done: Run | None
    newest: Run | None
    discovery: Run | None

    @cached_property
    def result(self) -> Mapping[str, Any]:
        assert self.done is not None
        return results.result_of(self.done)

    @cached_property
    def design(self) -> Design:
        assert self.done is not None
        return _design(str(self.done.parameters["model"]))

    @property
    def outdated(self) -> bool:
        """Whether another version is in force than the one the run was given, or another log is current."""
        assert self.done is not None
        now = model_in_force(self.process)
        moved = not now or _design(now) != self.design
        log = self.process.logs.filter(current=True).first()
        return moved or (log is not None and log.sha256 != self.done.input_sha256)

    @property
    def model_kind(self) -> str:
        """What kind of model was held against the log. `ways`: steps with the ways between them and no
        gateway, though some branch or meet, as a draft from a log has them; `stuck`, `unknown`: cases can get
        stuck in it, or it is too large to tell; `sound`: every case can end."""
        ends = Counter(
            end for link in self.design.links for end in (("out", link.source), ("in", link.target))
        )
        gateways = any(step.kind == "gateway" for step in self.design.steps)
        if not gateways and any(n > 1 for n in ends.values()):
            return "ways"
        return str(self.result["model"]["verdict"])

    @cached_property
    def names(self) -> Mapping[str, str]:
        return {step.key: in_language(step) for step in self.design.steps}

    @property
    def picture(self) -> SafeString:
        return marked_drawing(self.design, self._marks())

    def _marks(self) -> Marks:
        shares = {a["activity"]: a["share"]["estimate"] for a in self.result["activities"]}
        keys: dict[str, float] = {}
        for deviation in self.result["deviations"]:
            if deviation["step"]:
                keys[deviation["step"]] = shares[deviation["activity"]]
        drawn = {step.key: keys.get(step.key, 0.0) for step in self.design.steps if step.kind == "task"}
        said = {key: percent(share, language()) for key, share in drawn.items()}
        return Marks(below=said, fills={key: _step(share) for key, share in drawn.items()})

    @property
    def legend(self) -> list[tuple[int, str]]:
        ends = [percent(limit, language()) for limit in LIMITS]
        return [(1, f"< {ends[0]}"), (2, f"{ends[0]}–{ends[1]}"), (3, f"{ends[1]}–{ends[2]}"),
                (4, f"≥ {ends[2]}")]  # fmt: skip

    @property
    def deviations(self) -> list[dict[str, Any]]:
        """With the name of the step in this language."""
        return [{**d, "name": self.names.get(d["step"], d["activity"])} for d in self.result["deviations"]]

    @property
    def lists(self) -> list[tuple[str, list[str]]]:
        """Names of what is unknown, never recorded, not checked; dead steps and gateways taken roughly."""
        found = self.result
        listed = [
            ("unknown", list(found["unknown"])),
            *((kind, [step["name"] for step in found[kind]]) for kind in ("unrecorded", "unchecked")),
            *((kind, list(found["model"][kind])) for kind in ("dead_steps", "approximated_gateways")),
        ]
        return [(kind, names) for kind, names in listed if names]

    @property
    def escapes(self) -> list[dict[str, Any]]:
        precision = self.result["precision"]
        return [] if precision is None else list(precision["escapes"][:5])

    @property
    def variants(self) -> list[dict[str, Any]]:
        """The commonest that deviate, with their moves."""
        return [v for v in self.result["variant_list"] if v["cost"]][:MOST_VARIANTS]


def page_of(process: Process, user: User) -> ConformancePage:
    own = runs_of(user).filter(process=process, verifies=None).defer(None)
    of_models = own.filter(study=CONFORM).order_by("-id")
    done, newest = of_models.filter(state=Run.State.DONE).first(), of_models.first()
    found = own.filter(study=DISCOVER).order_by("-id").first()
    return ConformancePage(process, user, done, newest if newest != done else None, found)


def deviations_of(process: Process) -> dict[str, float] | None:
    """Share of cases that deviate at each activity, of the newest run; None where there is none."""
    runs = Run.objects.filter(process=process, study=CONFORM, state=Run.State.DONE, verifies=None)
    newest = runs.order_by("-id").first()
    if newest is None:
        return None
    shares: dict[str, float] = newest.figures.get("shares", {})
    return shares


def _design(text: str) -> Design:
    """By its steps and links: where a drawing lays them is no matter."""
    return read_bpmn(text.encode(), name="model.bpmn").design


def _step(share: float) -> int:
    return 1 + sum(share >= limit for limit in LIMITS)

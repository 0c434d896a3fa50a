"""What a version's page shows: picture, nodes, flows, doubts, changes, and what the person may do."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.utils.http import urlencode
from django.utils.safestring import SafeString

from anlan.domain.design import Change, Design, Doubt, Link, Step, changes_between, doubts_of
from anlan.formats import wording
from anlan.web.catalog import drafting
from anlan.web.catalog.drawings import design_drawing, kind_code
from anlan.web.catalog.models import DraftEdit, Process, ProcessVersion
from anlan.web.common.texts import in_language, language, text
from anlan.web.people.models import User
from anlan.web.people.permissions import may


@dataclass(frozen=True)
class VersionPage:
    """design: of the version; force: the version in force, None where there is none; node: key of the chosen
    node; forms by what they do; error and said: what the last deed led to."""

    process: Process
    version: ProcessVersion
    user: User
    design: Design
    force: ProcessVersion | None
    node: str = ""
    forms: dict[str, Any] = field(default_factory=dict)
    error: str = ""
    said: str = ""

    @property
    def editable(self) -> bool:
        draft = self.version.status == ProcessVersion.Status.DRAFT
        return draft and may(self.user, "catalog.edit", self.process.unit)

    @property
    def waiting(self) -> bool:
        return self.version.status == ProcessVersion.Status.SUBMITTED

    @cached_property
    def may_approve(self) -> bool:
        """Whether the right and the second person are given."""
        return self.waiting and self._has_right and self.user.pk not in drafting.hands_in(self.version)

    @property
    def own_work(self) -> bool:
        """Whether the person has the right but had a hand in the version."""
        return self.waiting and self._has_right and not self.may_approve

    @property
    def may_return(self) -> bool:
        return self.waiting and (self._has_right or self.version.submitted_by_id == self.user.pk)

    @cached_property
    def _has_right(self) -> bool:
        return may(self.user, "catalog.approve", self.process.unit)

    @cached_property
    def doubts(self) -> list[Doubt]:
        return doubts_of(self.design)

    @property
    def doubt_texts(self) -> list[str]:
        names = {step.key: in_language(step) for step in self.design.steps}
        return [doubt_text(doubt, names) for doubt in self.doubts]

    @cached_property
    def changes(self) -> list[str]:
        """What differs from the version in force, in sentences; nothing for that version itself."""
        if self.force is None or self.force.pk == self.version.pk:
            return []
        return change_texts(changes_between(drafting.design_of(self.force), self.design))

    @property
    def picture(self) -> SafeString:
        doubted = {key for doubt in self.doubts for key in doubt.steps}
        address = node_address if self.editable else None
        return design_drawing(self.design, address=address, chosen=self.node, doubted=doubted)

    @property
    def rows(self) -> list[dict[str, Any]]:
        """Nodes with where a click leads."""
        last = len(self.design.steps)
        owners = _names(step.owner for step in self.design.steps)
        return [
            {"step": step, "name": in_language(step), "other": other_name(step), "place": place,
             "kind": text(f"drafts.kinds.{kind_code(step)}"), "owner": owners.get(step.owner, ""),
             "address": node_address(step.key),
             "first": place == 1, "last": place == last, "chosen": step.key == self.node}
            for place, step in enumerate(self.design.steps, 1)
        ]  # fmt: skip

    @property
    def flow_rows(self) -> list[dict[str, Any]]:
        names = {step.key: in_language(step) for step in self.design.steps}
        return [
            {"link": link, "source": names[link.source], "target": names[link.target],
             "percent": per_cent(link)}
            for link in self.design.links
        ]  # fmt: skip

    @cached_property
    def last_edit(self) -> DraftEdit | None:
        return drafting.to_take_back(self.version) if self.editable else None

    @property
    def undo_word(self) -> str:
        assert self.last_edit is not None
        return edit_text(self.last_edit)


def per_cent(link: Link) -> str:
    """The probability as a form takes it: 70, 33.3."""
    return "" if link.probability is None else f"{100 * link.probability:.6g}"


def other_name(step: Step) -> str:
    """The name in the other language, where it has one."""
    other = step.name if language() == "en" else step.name_en
    return other if other != in_language(step) else ""


def node_address(key: str) -> str:
    return "?" + urlencode({"node": key}) + "#node"


def edit_text(edit: DraftEdit) -> str:
    return text(f"drafts.actions.{edit.action}", label=edit.label)


def doubt_text(doubt: Doubt, names: dict[str, str]) -> str:
    shown = [names[key] for key in doubt.steps[:5]]
    steps = (", " if language() == "en" else "、").join(shown)
    if len(doubt.steps) > 5:
        steps = text("drafts.and_more", names=steps, n=len(doubt.steps))
    return text(f"drafts.doubts.{doubt.code}", nodes=steps, total=doubt.total)


def change_texts(changes: Iterable[Change]) -> list[str]:
    """Changes in sentences; people by name."""
    told = list(changes)
    people = _names(str(said) for c in told if c.field == "owner" for said in (c.old, c.new) if said)
    return [_change_text(change, people) for change in told]


def _names(usernames: Iterable[str]) -> dict[str, str]:
    found = User.objects.filter(username__in={name for name in usernames if name})
    return dict(found.values_list("username", "name"))


def _change_text(change: Change, people: dict[str, str]) -> str:
    name = change.name_en if language() == "en" and change.name_en else change.name
    target = change.target_en if language() == "en" and change.target_en else change.target
    word = text(f"drafts.fields.{_WORDS.get(change.field, change.field)}") if change.field else ""
    return text(
        f"drafts.changes.{change.code}", name=name, target=target, field=word,
        old=_value(change.field, change.old, people), new=_value(change.field, change.new, people),
    )  # fmt: skip


_WORDS = {"sla_s": "promise"}


def _value(name: str, value: Any, people: dict[str, str]) -> str:
    if value in (None, ""):
        return "—"
    if name == "sla_s":
        return wording.duration(value, language())
    if name == "probability":
        return wording.percent(value, language())
    if name == "owner":
        return people.get(value, value)
    if name == "criticality":
        return text(f"drafts.criticality.{value}")
    if name == "lane":
        return text(f"drafts.lanes.{value}")
    if name in ("kind", "form"):
        return text(f"drafts.{name}_words.{value}")
    return str(value) if len(str(value)) <= 80 else f"{str(value)[:79]}…"

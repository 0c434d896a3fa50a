"""Recognise which column of a log is the case, the activity, the times and the rest.

Three steps. (1) Each heading gets a strength for each role from the tables of `column_names`.
(2) The content raises or lowers it: a case id repeats, activities are few, a start is a time that
changes inside a case (one that never does, such as the day a ticket was opened, belongs to the
case). (3) Roles and columns are matched from the highest confidence down; each column has one role.
Where no heading tells the time but one column alone holds times that move, that is the time.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from anlan.domain.errors import RefusedInput
from anlan.formats.reading.column_content import Content, describe_content, share_of_cases_that_vary
from anlan.formats.reading.column_names import (
    EXACT,
    LAST_WORD,
    NOT_FOR,
    PART,
    ROLES,
    TIME_WORDS,
    heading_words,
    normal_heading,
)

SURE_ENOUGH = 0.6
"""A role is taken from a column by itself only from this confidence on."""

REQUIRED = ("case", "activity", "end")
"""Roles without which a file is not an event log."""

_TIMES = ("start", "end")


@dataclass(frozen=True)
class RoleChoice:
    """The best column for a role, how sure that is (0..1) and why (a code of `columns.reason.*`)."""

    role: str
    column: str | None
    confidence: float
    reason: str


@dataclass(frozen=True)
class Recognition:
    """What each column seems to be for; `choices` has every role of `ROLES`."""

    choices: Mapping[str, RoleChoice]
    headings: tuple[str, ...]
    times: tuple[str, ...] = ()
    """Columns that hold times, by their values: dates in a readable form, or clock-sized numbers."""

    def column(self, role: str) -> str | None:
        """The column taken for `role`: only where the confidence reaches `SURE_ENOUGH`."""
        choice = self.choices[role]
        return choice.column if choice.confidence >= SURE_ENOUGH else None

    def mapping(self) -> dict[str, str]:
        """Role -> column of everything taken."""
        return {role: column for role in ROLES if (column := self.column(role)) is not None}

    def doubtful(self) -> tuple[RoleChoice, ...]:
        """Required roles that no column has with enough confidence; empty when the log can be read."""
        return tuple(self.choices[role] for role in REQUIRED if self.column(role) is None)

    def attributes(self) -> tuple[str, ...]:
        """Columns without a role."""
        taken = set(self.mapping().values())
        return tuple(heading for heading in self.headings if heading not in taken)


def recognise_columns(
    headings: Sequence[str],
    sample: Mapping[str, Sequence[str]],
    *,
    given: Mapping[str, str] | None = None,
    time_format: str | None = None,
) -> Recognition:
    """Match roles and columns from headings and a sample of rows (texts as written, per column).

    `given`: role -> column as the user said; those are taken as they are (confidence 1).
    `time_format`: how times are written as the user said; values written so are times.
    A few hundred rows are enough; rows must be the same for every column.
    """
    given = _checked(given or {}, headings)
    contents = {
        heading: describe_content(sample.get(heading, ()), time_format=time_format) for heading in headings
    }
    case = given.get("case") or _best_case(headings, contents, taken=set(given.values()))
    cases = sample.get(case, ()) if case else ()
    scores = [
        _score(role, heading, contents[heading], cases=cases, values=sample.get(heading, ()))
        for role in ROLES
        for heading in headings
        if role not in given and heading not in given.values()
    ]
    choices = _match(scores, {role: RoleChoice(role, column, 1.0, "given") for role, column in given.items()})
    if choices["end"].confidence < SURE_ENOUGH:
        choices = _time_by_content(choices, headings, contents, cases=cases, sample=sample)
    times = tuple(h for h in headings if contents[h].time_share >= 0.4 or contents[h].clock_number)
    return Recognition(choices=choices, headings=tuple(headings), times=times)


def _checked(given: Mapping[str, str], headings: Sequence[str]) -> dict[str, str]:
    for role, column in given.items():
        if role not in ROLES:
            raise RefusedInput("columns.unknown_role", role=role, roles=list(ROLES))
        if column not in headings:
            raise RefusedInput("columns.no_such_column", role=role, column=column, columns=list(headings))
    for column in given.values():
        roles = [role for role, taken in given.items() if taken == column]
        if len(roles) > 1:
            raise RefusedInput("columns.two_roles", column=column, roles=roles, columns=list(headings))
    return dict(given)


def heading_strength(role: str, heading: str) -> tuple[float, str]:
    """How surely a heading means a role, and the reason: `heading` (exact), `heading_part` or `none`."""
    plain = normal_heading(heading)
    if plain in EXACT[role]:
        return EXACT[role][plain], "heading"
    words = heading_words(heading)
    if any(word in plain if not word.isascii() else word in words for word in NOT_FOR[role]):
        return 0.0, "none"
    parts = [strength for part, strength in PART[role].items() if part in plain]
    if words and len("".join(words)) >= len(plain) - 1:
        parts.append(_last_word_strength(role, words))
    best = max(parts, default=0.0)
    return best, "heading_part" if best else "none"


def _last_word_strength(role: str, words: tuple[str, ...]) -> float:
    table = LAST_WORD[role]
    last = words[-1]
    if last in ("id", "name", "no", "number") and len(words) > 1:
        return table.get(words[-2], 0.0) if role in ("case", "activity", "resource") else 0.0
    deciding = words[-2] if last in TIME_WORDS and len(words) > 1 and words[-2] in table else last
    return table.get(deciding, 0.0)


def _best_case(headings: Sequence[str], contents: Mapping[str, Content], *, taken: set[str]) -> str | None:
    ranked = [
        (_score("case", heading, contents[heading], cases=(), values=()).confidence, -place, heading)
        for place, heading in enumerate(headings)
        if heading not in taken
    ]
    best = max(ranked, default=(0.0, 0, None))
    return best[2] if best[0] > 0 else None


def _score(
    role: str, heading: str, content: Content, *, cases: Sequence[str], values: Sequence[str]
) -> RoleChoice:
    """Confidence that `heading` has `role`: its strength, moved by the content."""
    strength, reason = heading_strength(role, heading)
    if reason == "none":
        strength, reason = _strength_by_content(role, content), "content"
    if not strength or not content.n:
        return RoleChoice(role, heading, strength if reason != "content" else 0.0, reason)
    factor = 1.0 if reason == "content" else _CONTENT_FACTORS[role](content)
    if role in _TIMES and share_of_cases_that_vary(cases, values) == 0.0:
        factor, reason = 0.3 * factor, "never_changes"
    confidence = strength * factor if factor <= 1 else 1 - (1 - strength) / factor
    return RoleChoice(role, heading, round(min(confidence, 0.99), 3), reason)


def _strength_by_content(role: str, content: Content) -> float:
    """A start from content alone: never enough to be taken without a heading or the user's word."""
    few = 2 <= content.n_distinct <= 200 and content.distinct_share <= 0.5
    texts = content.time_share < 0.1 and content.number_share < 0.5 and content.flag_share < 0.9
    if role == "activity" and few and texts and content.transition_share < 0.5:
        return 0.45
    if (
        role == "case"
        and content.n >= 4
        and 0.02 <= content.distinct_share < 0.8
        and content.time_share < 0.1
    ):
        return 0.4
    if role == "lifecycle" and content.transition_share >= 0.95:
        return 0.8
    return 0.0


def _case_factor(content: Content) -> float:
    if content.n < 10:
        return 1.0
    if content.n_distinct == 1:
        return 0.8
    if content.time_share > 0.8 and content.number_share < 0.8:
        return 0.2
    if content.flag_share > 0.9:
        return 0.3
    return 0.8 if content.distinct_share == 1.0 else 1.5


def _activity_factor(content: Content) -> float:
    if content.time_share > 0.5:
        return 0.2
    if content.flag_share > 0.95 and content.n_distinct <= 2:
        return 0.5
    if content.transition_share > 0.95 and content.n_distinct > 1:
        return 0.8
    return 0.7 if content.n >= 50 and content.distinct_share > 0.5 else 1.0


def _time_factor(content: Content) -> float:
    if content.time_share >= 0.8:
        return 1.0
    if content.number_share >= 0.8 and content.clock_number:
        return 0.95
    return 0.6 if content.time_share >= 0.4 else 0.15


def _resource_factor(content: Content) -> float:
    if content.time_share > 0.5:
        return 0.1
    return 0.8 if content.n >= 50 and content.distinct_share > 0.9 else 1.0


def _cost_factor(content: Content) -> float:
    return 1.0 if content.number_share >= 0.8 else 0.2


def _sla_factor(content: Content) -> float:
    if content.flag_share > 0.9:
        return 0.2
    readable = max(content.time_share, content.number_share, content.duration_share)
    return 1.0 if readable >= 0.8 else 0.4


def _lifecycle_factor(content: Content) -> float:
    return 1.3 if content.transition_share >= 0.5 else 0.8


def _instance_factor(content: Content) -> float:
    return 0.2 if content.time_share > 0.8 else 1.0


_CONTENT_FACTORS = {
    "case": _case_factor,
    "activity": _activity_factor,
    "start": _time_factor,
    "end": _time_factor,
    "resource": _resource_factor,
    "cost": _cost_factor,
    "sla": _sla_factor,
    "lifecycle": _lifecycle_factor,
    "instance": _instance_factor,
}


def _match(scores: Sequence[RoleChoice], fixed: Mapping[str, RoleChoice]) -> dict[str, RoleChoice]:
    """From the highest confidence down; a near tie for a required role lowers the confidence."""
    choices = dict(fixed)
    used = {choice.column for choice in fixed.values()}
    ranked = sorted(scores, key=lambda score: -score.confidence)
    for score in ranked:
        if score.confidence > 0 and score.role not in choices and score.column not in used:
            choices[score.role] = score
            used.add(score.column)
    for role in ROLES:
        choices.setdefault(role, RoleChoice(role, None, 0.0, "none"))
    return {role: _less_sure_when_tied(choices[role], ranked, used) for role in ROLES}


def _less_sure_when_tied(
    choice: RoleChoice, ranked: Sequence[RoleChoice], used: set[str | None]
) -> RoleChoice:
    rivals = [
        score
        for score in ranked
        if score.role == choice.role
        and score.column not in used
        and score.confidence >= choice.confidence - 0.03
    ]
    if not rivals or choice.reason == "given" or choice.confidence == 0:
        return choice
    return replace(choice, confidence=round(max(choice.confidence - 0.15, 0.0), 3), reason="tie")


def _time_by_content(
    choices: Mapping[str, RoleChoice],
    headings: Sequence[str],
    contents: Mapping[str, Content],
    *,
    cases: Sequence[str],
    sample: Mapping[str, Sequence[str]],
) -> dict[str, RoleChoice]:
    """No heading tells the completion: the only column of times that move inside cases is taken."""
    found = dict(choices)
    held = {c.column for role, c in choices.items() if role not in _TIMES and c.confidence >= SURE_ENOUGH}
    times = [
        heading
        for heading in headings
        if heading not in held and contents[heading].n and contents[heading].time_share >= 0.8
    ]
    moving = [h for h in times if share_of_cases_that_vary(cases, sample.get(h, ())) != 0.0]
    start = choices["start"]
    if len(moving) == 1 and start.reason != "given":
        confidence = 0.75 if len(times) == 1 else 0.65
        found["end"] = RoleChoice("end", moving[0], confidence, "only_time")
        if start.column == moving[0]:
            found["start"] = RoleChoice("start", None, 0.0, "none")
        for role, choice in choices.items():
            if role not in ("end", "start") and choice.column == moving[0]:
                found[role] = RoleChoice(role, None, 0.0, "none")
    return found

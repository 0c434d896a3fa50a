"""Checklist identification 检查表识别: which packs fit a log, and what they say beside its data.

matches = match_packs(log.activity_names, packs)
chosen = [c.pack for c in choose_packs(log.activity_names, packs) if c.applies]
controls_for_finding(finding, matches, packs)       # candidate measures, each by a stated link

Matching is by names alone: an activity corresponds to a node of a pack when words of the node occur
in its name. It misleads where one word means different things in two trades ("ticket", "claim"), so a
pack is chosen only on at least two words, and a word that several trades share counts for less.
Nothing here invents a number for a risk: a checklist candidate has no frequency until data or people
give it one.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from anlan.domain.finding import Finding
from anlan.domain.pack import Pack, PackControl, PackNode, PackRisk
from anlan.loop.identify import data_quality
from anlan.loop.identify.activity_words import ActivityWords, activity_words, best_cover

MINIMUM_MATCH = 0.5
"""Confidence under which an activity and a node are not said to correspond."""

MINIMUM_PACK = 0.25
"""Confidence under which a pack is not applied by `choose_packs`."""

WHOLE_PROCESS, GENERAL, PEOPLE, EMERGENCY = "CM", "GS", "HR", "EM"

_ANY_WORD = 0.4
_AMBIGUOUS = 0.8
_MOST_ACTIVITIES = 0.6


@dataclass(frozen=True)
class NodeMatch:
    """An activity corresponds to a node of a pack, by these words of the node.

    `confidence` 0..1 grows with the share of the name the words account for:
    0.4 + 0.6 x share, x 0.8 for every further node of the pack that has the same words.
    """

    activity: str
    pack: str
    node: str
    confidence: float
    words: tuple[str, ...]


@dataclass(frozen=True)
class PackChoice:
    """Whether a pack applies to a log and why: text `packs.reason.<reason>` with `parameters`."""

    pack: str
    applies: bool
    confidence: float | None
    reason: str
    parameters: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class ChecklistCandidate:
    """A pack's risk at a node the log has, without evidence in the data: to be checked by people.

    Text `packs.checklist.<reason>` with `parameters`; `checks`: codes of the inspection items.
    """

    pack: str
    risk: PackRisk
    activities: tuple[str, ...]
    confidence: float
    checks: tuple[str, ...]
    reason: str
    parameters: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class RiskLink:
    """A pack risk that a finding speaks for: text `packs.link.<reason>` with `parameters`.

    `strength` orders links (1 = same node, same kind of finding, whole name matched); it is no
    probability.
    """

    pack: str
    risk: PackRisk
    strength: float
    reason: str
    parameters: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class ControlLink:
    """A pack's control as candidate measure against a finding, by the risk that links them."""

    control: PackControl
    link: RiskLink


def match_packs(
    activity_names: Iterable[str], packs: Iterable[Pack], *, minimum: float = MINIMUM_MATCH
) -> tuple[NodeMatch, ...]:
    """Every pair of an activity and a node that correspond; by activity, then best first."""
    names = tuple(dict.fromkeys(activity_names))
    words_of = [activity_words(name) for name in names]
    found = []
    for pack in packs:
        nodes = [(node, _words_of(node)) for node in pack.nodes]
        known: dict[ActivityWords, tuple[NodeMatch, ...]] = {}
        for position, (name, words) in enumerate(zip(names, words_of, strict=True)):
            if words not in known:
                known[words] = tuple(_matches(words, pack.code, nodes))
            for alike in known[words]:
                match = replace(alike, activity=name)
                if match.confidence >= minimum:
                    found.append((position, -match.confidence, match.node, match))
    return tuple(match for *_, match in sorted(found, key=lambda item: item[:3]))


def _words_of(node: PackNode) -> list[tuple[str, ActivityWords]]:
    words = dict.fromkeys((*node.words_zh, *node.words_en, *node.words_added))
    return [(word, activity_words(word)) for word in words]


def _matches(
    words: ActivityWords, pack: str, nodes: Sequence[tuple[PackNode, list[tuple[str, ActivityWords]]]]
) -> Iterator[NodeMatch]:
    """The nodes that correspond to an activity of these words (whose name is left open)."""
    covers = [(node, *best_cover(words, node_words)) for node, node_words in nodes]
    sharing: dict[tuple[str, ...], int] = defaultdict(int)
    for _, _, found in covers:
        sharing[found] += 1
    for node, share, found in covers:
        if found:
            confidence = (_ANY_WORD + (1 - _ANY_WORD) * share) * _AMBIGUOUS ** (sharing[found] - 1)
            yield NodeMatch("", pack, node.code, round(confidence, 4), found)


def choose_packs(
    activity_names: Iterable[str],
    packs: Iterable[Pack],
    *,
    n_resources: int = 0,
    context: Iterable[str] = (),
    minimum: float = MINIMUM_PACK,
) -> tuple[PackChoice, ...]:
    """One choice per pack, in the order given, with the reason for or against it.

    CM applies always; HR also where the log names at least two people or groups (`n_resources`). EM
    holds plans for all and is never chosen for its nodes. `context`: further names of the log
    (columns, attributes) that decide between packs which fit the activities equally well.
    """
    names = tuple(dict.fromkeys(activity_names))
    packs = tuple(packs)
    trades = tuple(pack for pack in packs if pack.code not in (WHOLE_PROCESS, EMERGENCY))
    matches = match_packs(names, trades)
    evidence = {pack.code: _Evidence.of(pack.code, matches) for pack in trades}
    around = {
        pack.code: {word for match in match_packs(context, (pack,)) for word in match.words}
        for pack in trades
    }
    choices = {WHOLE_PROCESS: PackChoice(WHOLE_PROCESS, True, None, "always")}
    for pack in trades:
        choices[pack.code] = _choice(pack.code, names, evidence, around, n_resources, minimum)
    return tuple(choices[pack.code] for pack in packs if pack.code in choices)


@dataclass(frozen=True)
class _Evidence:
    """Best match of each activity with one pack."""

    best: Mapping[str, NodeMatch]

    @classmethod
    def of(cls, pack: str, matches: Iterable[NodeMatch]) -> "_Evidence":
        best: dict[str, NodeMatch] = {}
        for match in matches:
            if match.pack == pack:
                best.setdefault(match.activity, match)
        return cls(best)

    @property
    def words(self) -> tuple[str, ...]:
        """Different words that matched, one per stem, in order of first use."""
        by_stem: dict[object, str] = {}
        for match in self.best.values():
            for word in match.words:
                by_stem.setdefault(activity_words(word), word)
        return tuple(by_stem.values())

    @property
    def nodes(self) -> set[str]:
        return {match.node for match in self.best.values()}


def _choice(
    pack: str,
    names: Sequence[str],
    evidence: Mapping[str, _Evidence],
    around: Mapping[str, set[str]],
    n_resources: int,
    minimum: float,
) -> PackChoice:
    own = evidence[pack]
    if pack == PEOPLE and n_resources >= 2:
        return PackChoice(pack, True, None, "people", {"n_resources": n_resources})
    if not own.best:
        return PackChoice(pack, False, 0.0, "no_match")
    confidence = _pack_confidence(pack, names, evidence)
    parameters: dict[str, object] = {
        "n_matched": len(own.best),
        "n_activities": len(names),
        "n_nodes": len(own.nodes),
        "words": own.words,
        "confidence": confidence,
        "minimum": minimum,
    }
    concentrated = len(own.nodes) < 2 and len(own.best) < _MOST_ACTIVITIES * len(names)
    if len(own.words) < 2 or concentrated:
        return PackChoice(pack, False, confidence, "one_word", parameters)
    if confidence < minimum:
        return PackChoice(pack, False, confidence, "too_weak", parameters)
    rival = _better_rival(pack, evidence, around)
    if rival is not None:
        return PackChoice(pack, False, confidence, "rival", {**parameters, "pack": rival})
    return PackChoice(pack, True, confidence, "matched", parameters)


def _pack_confidence(pack: str, names: Sequence[str], evidence: Mapping[str, _Evidence]) -> float:
    """Mean over all activities of the best match, divided by the number of trades that claim the
    activity by the same words; the general service pack stands beside any trade, so it does not count."""
    total = 0.0
    for activity, match in evidence[pack].best.items():
        claims = 1
        if pack != GENERAL:
            claims = sum(
                _same_words(match, other.best[activity])
                for code, other in evidence.items()
                if code != GENERAL and activity in other.best
            )
        total += match.confidence / claims
    return round(total / len(names), 4)


def _same_words(one: NodeMatch, other: NodeMatch) -> bool:
    return {activity_words(word) for word in one.words} <= {activity_words(word) for word in other.words}


def _better_rival(pack: str, evidence: Mapping[str, _Evidence], around: Mapping[str, set[str]]) -> str | None:
    """A trade that explains all of this pack's activities by the same words, and has at least as many
    words of its own around; None for the general pack and where there is none."""
    if pack == GENERAL:
        return None
    own = evidence[pack].best
    for code, other in evidence.items():
        if code in (pack, GENERAL):
            continue
        explains = all(a in other.best and _same_words(match, other.best[a]) for a, match in own.items())
        only_here = around[pack] - around[code]
        only_there = (around[code] - around[pack]) | (set(other.words) - set(evidence[pack].words))
        if explains and len(only_there) >= len(only_here):
            return code
    return None


def risk_links(finding: Finding, matches: Iterable[NodeMatch], packs: Iterable[Pack]) -> tuple[RiskLink, ...]:
    """Pack risks the finding speaks for, strongest first; each risk once, by its strongest link.

    1. The activity of the finding corresponds to the risk's node and the risk names this kind of
       finding: strength = confidence of the match.
    2. The risk concerns the whole process and names this kind: 0.5.
    3. The risk names this kind at another node of the pack: 0.4 where an activity of the log
       corresponds to that node, else 0.2.
    4. Only where nothing above holds: same node, same category: 0.3 x confidence.

    A gap in the data speaks only for risks that are about data and nothing else: rows that were set
    aside are no late service, so they call for no measure but one of data quality.
    """
    matches = tuple(matches)
    best_here: dict[tuple[str, str], NodeMatch] = {}
    for match in sorted(matches, key=lambda match: match.confidence):
        if match.activity in finding.nodes:
            best_here[match.pack, match.node] = match
    present = {(m.pack, m.node) for m in matches}
    by_kind, by_category = [], []
    for pack in packs:
        for risk in pack.risks:
            match_here = best_here.get((pack.code, risk.node))
            if finding.code == data_quality.CODE and set(risk.findings) != {finding.code}:
                continue
            if finding.code in risk.findings:
                by_kind.append(_kind_link(pack, risk, match_here, (pack.code, risk.node) in present))
            elif match_here is not None and risk.category == finding.category:
                strength = 0.3 * match_here.confidence
                by_category.append(_link(pack, risk, strength, "node_and_category", match_here))
    links = by_kind or by_category
    return tuple(sorted(links, key=lambda link: (-link.strength, link.risk.code)))


def _kind_link(pack: Pack, risk: PackRisk, here: NodeMatch | None, present: bool) -> RiskLink:
    if here is not None:
        return _link(pack, risk, here.confidence, "node_and_kind", here)
    if pack.code == WHOLE_PROCESS:
        return _link(pack, risk, 0.5, "kind_whole_process", None)
    return _link(pack, risk, 0.4 if present else 0.2, "kind_in_pack", None)


def _link(pack: Pack, risk: PackRisk, strength: float, reason: str, match: NodeMatch | None) -> RiskLink:
    parameters: dict[str, object] = {"risk": risk.code, "node": risk.node, "category": risk.category}
    if match is not None:
        parameters["activity"] = match.activity
    return RiskLink(pack.code, risk, round(strength, 4), reason, parameters)


def control_links(
    finding: Finding,
    matches: Iterable[NodeMatch],
    packs: Iterable[Pack],
    *,
    library: Iterable[Pack] | None = None,
) -> tuple[ControlLink, ...]:
    """Candidate measures against a finding, strongest link first, each control once.

    A risk may point to a control of another pack: `library` are the packs to find controls in
    (default: `packs`); controls of packs that are not in it are left out.
    """
    packs = tuple(packs)
    known = {control.code: control for pack in (library or packs) for control in pack.controls}
    chosen: dict[str, ControlLink] = {}
    for link in risk_links(finding, matches, packs):
        for code in link.risk.controls:
            if code in known and code not in chosen:
                chosen[code] = ControlLink(known[code], link)
    return tuple(chosen.values())


def controls_for_finding(
    finding: Finding,
    matches: Iterable[NodeMatch],
    packs: Iterable[Pack],
    *,
    library: Iterable[Pack] | None = None,
) -> tuple[PackControl, ...]:
    """The controls of `control_links` without their links."""
    return tuple(item.control for item in control_links(finding, matches, packs, library=library))


def candidates_from_packs(
    matches: Iterable[NodeMatch], packs: Iterable[Pack], *, findings: Iterable[Finding] = ()
) -> tuple[ChecklistCandidate, ...]:
    """Risks of the packs at nodes the log has (and of the whole process) that no finding speaks for.

    Kept apart from findings: they carry no number of any kind.
    """
    matches, packs = tuple(matches), tuple(packs)
    seen = {
        link.risk.code
        for finding in findings
        for link in risk_links(finding, matches, packs)
        if link.reason in ("node_and_kind", "kind_whole_process")
    }
    by_node: dict[tuple[str, str], list[NodeMatch]] = defaultdict(list)
    for match in matches:
        by_node[match.pack, match.node].append(match)
    return tuple(
        _candidate(pack, risk, by_node[pack.code, risk.node])
        for pack in packs
        for risk in pack.risks
        if risk.code not in seen and (by_node[pack.code, risk.node] or pack.code == WHOLE_PROCESS)
    )


def _candidate(pack: Pack, risk: PackRisk, matches: Sequence[NodeMatch]) -> ChecklistCandidate:
    activities = tuple(dict.fromkeys(match.activity for match in matches))
    return ChecklistCandidate(
        pack=pack.code,
        risk=risk,
        activities=activities,
        confidence=max((match.confidence for match in matches), default=1.0),
        checks=tuple(check.code for check in pack.checks if risk.code in check.risks),
        reason="node_matched" if matches else "whole_process",
        parameters={"activities": activities, "node": risk.node},
    )

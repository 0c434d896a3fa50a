"""Prove that nobody has changed the audit since it was written.

1. Walk the chain from its first event: numbers without a gap, every link and every payload as hashed.
2. The head row must be the last event: else the newest events were cut.
3. Each signed anchor must lie on the chain: a chain that holds in itself, but not there, was rewritten.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.db import transaction

from anlan.web.common.anchors import Anchor, AnchorFault, read_anchors
from anlan.web.common.audit import GENESIS, hash_of_payload, link_of
from anlan.web.common.models import AuditEvent, AuditHead

_CHUNK = 5_000


@dataclass(frozen=True)
class Verdict:
    """events: how many were looked at; anchors: how many hold; broken_at: first bad number or None.

    reason  `missing` an event is not there · `altered` its columns or its link · `payload` its content ·
            `head` the head row is not the last event · `cut` events up to an anchor are gone ·
            `rewritten` the chain misses an anchor's hash · `anchor` the anchor file itself is damaged
    held    number of the last event that a good anchor confirms: what is up to it is proven
    line    line of the anchor file that the fault is about, 0 for none
    """

    events: int
    broken_at: int | None = None
    reason: str = ""
    anchors: int = 0
    held: int = 0
    line: int = 0


def verify(*, progress: Callable[[float], None] = lambda done: None) -> Verdict:
    """Walk the whole chain. `progress` is told the share done, 0..1."""
    known = list(read_anchors())
    damage = next((found for found in known if isinstance(found, AnchorFault)), None)
    walk = _Walk([found for found in known if isinstance(found, Anchor)])
    head = AuditHead.objects.filter(pk=1).first()
    fault = _walked(walk, progress, head.count if head else 0)
    return fault or _finished(walk, damage)


def _walked(walk: "_Walk", progress: Callable[[float], None], count: int) -> Verdict | None:
    """Walk on from where the walk stands, chunk by chunk, so that nobody who writes has to wait."""
    while True:
        chunk = list(AuditEvent.objects.filter(seq__gt=walk.at).order_by("seq")[:_CHUNK])
        for event in chunk:
            fault = walk.step(event)
            if fault:
                return fault
        if len(chunk) < _CHUNK:
            return None
        progress(min(1.0, walk.at / max(1, count)))


@transaction.atomic
def _finished(walk: "_Walk", damage: AnchorFault | None) -> Verdict:
    """What was written meanwhile, and the head row, while no writer can move it."""
    head = AuditHead.objects.select_for_update().filter(pk=1).first()
    fault = _walked(walk, lambda done: None, 0)
    return fault or walk.end(*((head.count, head.hash) if head else (0, GENESIS)), damage)


class _Walk:
    """Where the walk stands: the next number expected, the hash before it, the anchors still to come."""

    def __init__(self, anchors: list[Anchor]) -> None:
        self._expected, self._previous = 1, GENESIS
        self._anchors, self._passed = anchors, 0

    def step(self, event: AuditEvent) -> Verdict | None:
        if event.seq != self._expected:
            return self._fault("missing", self._expected)
        if event.previous_hash != self._previous or event.hash != link_of(event):
            return self._fault("altered", event.seq)
        if event.payload is not None and event.payload_hash != hash_of_payload(event.payload, event.salt):
            return self._fault("payload", event.seq)
        self._previous, self._expected = event.hash, self._expected + 1
        return self._at_anchor(event)

    @property
    def at(self) -> int:
        return self._expected - 1

    def _at_anchor(self, event: AuditEvent) -> Verdict | None:
        anchor = self._anchors[self._passed] if self._passed < len(self._anchors) else None
        if anchor is None or anchor.count != event.seq:
            return None
        if anchor.hash != event.hash:
            return self._fault("rewritten", self._held + 1, line=anchor.line)
        self._passed += 1
        return None

    def end(self, count: int, head_hash: str, damage: AnchorFault | None) -> Verdict:
        """What is left to say after the last event."""
        if self._passed < len(self._anchors):
            return self._fault("cut", self._expected, line=self._anchors[self._passed].line)
        if (count, head_hash) != (self._expected - 1, self._previous):
            return self._fault("head", self._expected)
        if damage:
            return self._fault("anchor", None, line=damage.line)
        return self._fault("", None)

    @property
    def _held(self) -> int:
        return self._anchors[self._passed - 1].count if self._passed else 0

    def _fault(self, reason: str, at: int | None, *, line: int = 0) -> Verdict:
        return Verdict(self._expected - 1, at, reason, self._passed, self._held, line)

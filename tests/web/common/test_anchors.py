"""Anchors outside the database: they show what the chain alone cannot."""

import json

import pytest
from django.test import override_settings

from anlan.web.common import anchors
from anlan.web.common.anchors import anchor_now, anchors_file
from anlan.web.common.audit import GENESIS, link_of, record
from anlan.web.common.models import AuditEvent, AuditHead
from anlan.web.common.verification import verify


@pytest.fixture(autouse=True)
def home(db, tmp_path):
    with override_settings(ANLAN_HOME=tmp_path):
        yield tmp_path


def _write(n: int) -> None:
    for i in range(n):
        record("test.write", changes={"value": (i, i + 1)})


def _rewrite_from(seq: int) -> None:
    """What somebody who can write the database would do: change an event, then make the chain fit again."""
    AuditEvent.objects.filter(seq=seq).update(action="test.nicer")
    before = AuditEvent.objects.filter(seq=seq - 1).first()
    previous = before.hash if before else GENESIS
    for event in AuditEvent.objects.filter(seq__gte=seq).order_by("seq"):
        event.previous_hash = previous
        event.hash = previous = link_of(event)
        event.save()
    AuditHead.objects.update(hash=previous)


def _cut_to(seq: int) -> None:
    AuditEvent.objects.filter(seq__gt=seq).delete()
    AuditHead.objects.update(count=seq, hash=AuditEvent.objects.get(seq=seq).hash)


def test_an_untouched_chain_passes_through_all_anchors() -> None:
    for _ in range(3):
        _write(4)
        anchor_now()
    _write(2)
    found = verify()
    assert (found.events, found.reason, found.anchors, found.held) == (14, "", 3, 12)


def test_a_rewrite_that_fits_in_itself_is_found_between_two_anchors() -> None:
    for _ in range(3):
        _write(4)
        anchor_now()
    _rewrite_from(6)
    found = verify()
    assert (found.reason, found.broken_at, found.held, found.line) == ("rewritten", 5, 4, 2)


def test_a_cut_tail_with_its_head_put_right_is_found() -> None:
    _write(4)
    anchor_now()
    _write(4)
    anchor_now()
    _cut_to(6)
    found = verify()
    assert (found.reason, found.broken_at, found.held, found.line) == ("cut", 7, 4, 2)


def test_a_cut_chain_gets_no_new_anchor() -> None:
    _write(6)
    anchor_now()
    _cut_to(4)
    assert anchor_now() is None
    assert len(anchors_file().read_text().splitlines()) == 1
    assert verify().reason == "cut"


def test_without_an_anchor_since_a_rewrite_cannot_be_seen() -> None:
    """Why anchors are taken every hour: what was written since is only linked, not proven."""
    _write(4)
    anchor_now()
    _write(4)
    _rewrite_from(6)
    assert (verify().reason, verify().held) == ("", 4)


@pytest.mark.parametrize(
    ("spoil", "line"),
    [
        (lambda lines: [lines[0], lines[1].replace('"count": 8', '"count": 7'), lines[2]], 2),
        (lambda lines: [lines[0], lines[2]], 2),
        (lambda lines: [lines[0], "rubbish", lines[2]], 2),
        (lambda lines: [lines[1], lines[0], lines[2]], 1),
    ],
    ids=["count", "left out", "rubbish", "order"],
)
def test_a_damaged_file_is_named_by_its_line(spoil, line: int) -> None:
    for _ in range(3):
        _write(4)
        anchor_now()
    lines = anchors_file().read_text().splitlines()
    anchors_file().write_text("\n".join(spoil(lines)) + "\n")
    found = verify()
    assert (found.reason, found.line) == ("anchor", line)


def test_a_line_signed_with_another_key_does_not_hold(home) -> None:
    _write(4)
    anchor_now()
    kept = json.loads(anchors_file().read_text())
    (home / "anchor.key").unlink()
    public = (home / "anchor.pub").read_text()
    anchors_file().unlink()
    anchor_now()
    (home / "anchor.pub").write_text(public)
    assert json.loads(anchors_file().read_text())["hash"] == kept["hash"]
    assert (verify().reason, verify().line) == ("anchor", 1)


def test_nothing_new_makes_no_anchor_and_the_keys_are_the_owners_alone(home) -> None:
    assert anchor_now() is None
    _write(1)
    assert anchor_now().count == 1
    assert anchor_now() is None
    assert anchors.last_anchor().count == 1
    assert {(home / name).stat().st_mode & 0o077 for name in ("anchor.key", "anchors.jsonl")} == {0}


def test_what_is_written_during_the_walk_is_no_fault() -> None:
    _write(6_000)
    seen = []

    def progress(done: float) -> None:
        seen.append(done)
        _write(1)

    found = verify(progress=progress)
    assert (found.events, found.reason) == (6_001, "")
    assert seen == [pytest.approx(5_000 / 6_000)]

"""Signed heads of the audit chain, outside the database: what whoever can write the database cannot redo.

`anchors.jsonl` gets a line an hour: time, number and hash of the newest event, the digest of the line
before, and an Ed25519 signature over all of it. A chain that was cut or rewritten no longer passes through
the anchored hashes. The private key (`anchor.key`) stays with the application; `anchor.pub` suffices to
check a copy of the file elsewhere, which is also what reveals a file whose last lines were cut.
"""

import base64
import hashlib
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from django.conf import settings
from django.utils import timezone

from anlan.web.common.models import AuditHead

FIRST = "0" * 64


@dataclass(frozen=True)
class Anchor:
    """count, hash: the head of the chain at `at`; line: place in the file, from 1; before: digest of the
    line before; signature: base64 of Ed25519 over the other fields."""

    at: datetime
    count: int
    hash: str
    before: str
    signature: str
    line: int = 0

    @property
    def signed(self) -> bytes:
        return "\x1f".join([self.at.isoformat(), str(self.count), self.hash, self.before]).encode()


@dataclass(frozen=True)
class AnchorFault:
    """line: the first line of the file that does not hold; reason: `unreadable`, `order` or `signature`."""

    line: int
    reason: str


def anchors_file() -> Path:
    return Path(settings.ANLAN_HOME) / "anchors.jsonl"


def anchor_now() -> Anchor | None:
    """Append the present head; None where the last anchor has seen as much already, or more (a cut chain
    gets no new anchor: `verification` says what is missing)."""
    head = AuditHead.objects.filter(pk=1).first()
    last_line, last = _last()
    if head is None or (last and last.count >= head.count):
        return None
    before = hashlib.sha256(last_line.encode()).hexdigest() if last_line else FIRST
    unsigned = Anchor(timezone.now(), head.count, head.hash, before, "")
    signature = base64.b64encode(_private_key().sign(unsigned.signed)).decode()
    made = Anchor(unsigned.at, head.count, head.hash, before, signature)
    _append(made)
    return made


def read_anchors() -> Iterator[Anchor | AnchorFault]:
    """The anchors in order; a fault ends the file, because what follows it proves nothing."""
    file = anchors_file()
    if not file.is_file():
        return
    key, before, count = _public_key(), FIRST, 0
    with file.open(encoding="utf-8") as stream:
        for number, text in enumerate((line.rstrip("\n") for line in stream), start=1):
            found = _parsed(text, number)
            if found is None:
                yield AnchorFault(number, "unreadable")
                return
            if found.before != before or found.count <= count:
                yield AnchorFault(number, "order")
                return
            if not _holds(key, found):
                yield AnchorFault(number, "signature")
                return
            yield found
            before, count = hashlib.sha256(text.encode()).hexdigest(), found.count


def last_anchor() -> Anchor | None:
    """The newest anchor, unchecked; for pages that say until when the chain is anchored."""
    return _last()[1]


def _last() -> tuple[str, Anchor | None]:
    """The file's last line and what it says; only its last 4 kB are read."""
    file = anchors_file()
    if not file.is_file():
        return "", None
    with file.open("rb") as stream:
        stream.seek(max(0, file.stat().st_size - 4096))
        lines = stream.read().decode("utf-8", "replace").splitlines()
    return (lines[-1], _parsed(lines[-1], 0)) if lines else ("", None)


def _parsed(text: str, number: int) -> Anchor | None:
    try:
        kept = json.loads(text)
        return Anchor(datetime.fromisoformat(kept["at"]), int(kept["count"]), str(kept["hash"]),
                      str(kept["before"]), str(kept["signature"]), number)  # fmt: skip
    except (ValueError, KeyError, TypeError):
        return None


def _append(anchor: Anchor) -> None:
    """One write at the end of the file, on the disk before this returns."""
    text = json.dumps({"at": anchor.at.isoformat(), "count": anchor.count, "hash": anchor.hash,
                       "before": anchor.before, "signature": anchor.signature})  # fmt: skip
    descriptor = os.open(anchors_file(), os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        os.write(descriptor, f"{text}\n".encode())
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _holds(key: Ed25519PublicKey, anchor: Anchor) -> bool:
    try:
        key.verify(base64.b64decode(anchor.signature), anchor.signed)
    except (InvalidSignature, ValueError):
        return False
    return True


def _private_key() -> Ed25519PrivateKey:
    """The signing key of this installation: made once, readable by its owner alone."""
    path = Path(settings.ANLAN_HOME) / "anchor.key"
    raw = serialization.Encoding.Raw
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return Ed25519PrivateKey.from_private_bytes(bytes.fromhex(path.read_text(encoding="ascii")))
    key = Ed25519PrivateKey.generate()
    with os.fdopen(descriptor, "w", encoding="ascii") as stream:
        kept = key.private_bytes(raw, serialization.PrivateFormat.Raw, serialization.NoEncryption())
        stream.write(kept.hex())
    public = key.public_key().public_bytes(raw, serialization.PublicFormat.Raw)
    path.with_name("anchor.pub").write_text(public.hex(), encoding="ascii")
    return key


def _public_key() -> Ed25519PublicKey:
    path = Path(settings.ANLAN_HOME) / "anchor.pub"
    if not path.is_file():
        return _private_key().public_key()
    return Ed25519PublicKey.from_public_bytes(bytes.fromhex(path.read_text(encoding="ascii")))

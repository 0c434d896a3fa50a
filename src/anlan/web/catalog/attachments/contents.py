"""Whether a file is what its name says: the content decides, the name only asks."""

import io
import tomllib
import zipfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from anlan.domain.errors import RefusedInput
from anlan.formats.bpmn.guarded_xml import guarded_root

_CONTROLS = bytes(set(range(32)) - {9, 10, 12, 13})
_ENCODINGS = ("utf-8-sig", "gb18030")
_MACROS = "vbaproject.bin"


@dataclass(frozen=True)
class FileKind:
    """An entry of `allowed.toml`."""

    endings: tuple[str, ...]
    content_type: str
    begins: bytes = b""
    member: str = ""
    root: str = ""
    text: bool = False

    def holds(self, content: bytes, *, name: str) -> bool:
        """Whether the content is of this kind."""
        if self.begins:
            return content.startswith(self.begins)
        if self.member:
            return _archive_has(content, self.member)
        if self.root:
            return guarded_root(content, name=name).tag == self.root
        return _is_text(content)


@cache
def allowed() -> tuple[FileKind, ...]:
    """The kinds of `allowed.toml`, in its order."""
    with Path(__file__).with_name("allowed.toml").open("rb") as stream:
        entries = tomllib.load(stream)["kind"]
    return tuple(
        FileKind(
            tuple(e["endings"]), e["content_type"], bytes.fromhex(e.get("begins", "")), e.get("member", ""),
            e.get("root", ""), e.get("text", False),
        )
        for e in entries
    )  # fmt: skip


def endings() -> str:
    return ", ".join(ending for kind in allowed() for ending in kind.endings)


def kind_of(name: str, content: bytes) -> FileKind:
    """The kind of the file. RefusedInput where the name asks for none, or for another than the content is."""
    kind = next((kind for kind in allowed() if name.lower().endswith(kind.endings)), None)
    if kind is None:
        raise RefusedInput("attachment.ending", name=name, accepted=endings())
    if not content:
        raise RefusedInput("attachment.empty", name=name)
    if not kind.holds(content, name=name):
        raise RefusedInput("attachment.content", name=name, accepted=endings())
    return kind


def _archive_has(content: bytes, member: str) -> bool:
    """Whether it is an archive with that part and without macros; nothing is unpacked."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = archive.namelist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        return False
    return member in names and not any(name.lower().endswith(_MACROS) for name in names)


def _is_text(content: bytes) -> bool:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return _decodes(content, "utf-16")
    if content.translate(None, _CONTROLS) != content:
        return False
    return any(_decodes(content, encoding) for encoding in _ENCODINGS)


def _decodes(content: bytes, encoding: str) -> bool:
    try:
        return "\0" not in content.decode(encoding)
    except UnicodeDecodeError:
        return False

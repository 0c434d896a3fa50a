"""Find the encoding of a text from its first bytes: UTF-8, UTF-16 or GB18030 (which contains GBK)."""

import codecs
from dataclasses import dataclass

from anlan.domain.errors import RefusedInput

ACCEPTED_ENCODINGS = ("UTF-8", "UTF-16", "GB18030 (GBK)")

_GB2312_SHARE = 0.7


@dataclass(frozen=True)
class Encoding:
    """`name` as Python knows it; `mark_bytes`: length of the byte order mark; `sure`: False where the
    sample was plain ASCII, so that later bytes may still tell otherwise."""

    name: str
    mark_bytes: int
    sure: bool

    @property
    def label(self) -> str:
        """As reports write it: `utf-8`, `utf-8-bom`, `utf-16`, `gb18030`."""
        if self.name == "utf-8":
            return "utf-8-bom" if self.mark_bytes else "utf-8"
        return self.name.removesuffix("-le").removesuffix("-be")


def find_encoding(sample: bytes, *, name: str) -> Encoding:
    """The encoding of a sample that may end inside a character; `name` is for refusals."""
    if sample.startswith(codecs.BOM_UTF8):
        return Encoding("utf-8", 3, sure=True)
    if sample.startswith(codecs.BOM_UTF16_LE):
        return Encoding("utf-16-le", 2, sure=True)
    if sample.startswith(codecs.BOM_UTF16_BE):
        return Encoding("utf-16-be", 2, sure=True)
    if b"\x00" in sample:
        return _utf16_without_mark(sample, name=name)
    if sample.isascii():
        return Encoding("utf-8", 0, sure=False)
    if _decodes(sample, "utf-8"):
        return Encoding("utf-8", 0, sure=True)
    if _decodes(sample, "gb18030") and looks_like_gb18030(sample):
        return Encoding("gb18030", 0, sure=True)
    raise RefusedInput("reading.encoding_unknown", name=name, accepted=list(ACCEPTED_ENCODINGS))


def _utf16_without_mark(sample: bytes, *, name: str) -> Encoding:
    """Zero bytes all on one side are the high halves of Latin letters, digits and separators."""
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    pairs = max(len(sample) // 2, 1)
    if odd > 0.2 * pairs and even == 0 and _decodes(sample, "utf-16-le"):
        return Encoding("utf-16-le", 0, sure=True)
    if even > 0.2 * pairs and odd == 0 and _decodes(sample, "utf-16-be"):
        return Encoding("utf-16-be", 0, sure=True)
    raise RefusedInput("reading.zero_bytes", name=name, row=sample[: sample.index(0)].count(b"\n") + 1)


def _decodes(sample: bytes, encoding: str) -> bool:
    try:
        codecs.getincrementaldecoder(encoding)("strict").decode(sample, final=False)
    except UnicodeDecodeError:
        return False
    return True


def looks_like_gb18030(sample: bytes) -> bool:
    """Most two-byte characters of Chinese text lie in GB 2312, where both bytes are 0xA1 or more; the
    accented letters of Western encodings stand before ASCII letters."""
    pairs, common, at = 0, 0, 0
    while at + 1 < len(sample) and pairs < 20_000:
        if sample[at] < 0x80:
            at += 1
            continue
        four = 0x30 <= sample[at + 1] <= 0x39
        pairs += 1
        common += sample[at] >= 0xA1 and sample[at + 1] >= 0xA1
        at += 4 if four else 2
    return pairs == 0 or common >= _GB2312_SHARE * pairs

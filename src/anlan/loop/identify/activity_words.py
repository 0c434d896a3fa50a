"""Words of an activity name, so that "W_Nabellen offertes" or "受理订单(2)" can be compared with a pack.

An English word is compared by its stem, a Chinese word as a part of the run of characters it stands
in. Digits, underscores, single letters and case say nothing about what a step does.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

_CHINESE = "㐀-䶿一-鿿"
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_PARTS = re.compile(rf"[{_CHINESE}]+|[^\W\d_{_CHINESE}]+")
_STOP_WORDS = frozenset(
    ("a", "an", "and", "at", "by", "for", "from", "in", "into", "of", "off", "on", "or", "out", "the", "to",
     "up", "with")
)  # fmt: skip

_SUFFIXES = ("ment", "ance", "ence", "ation", "ion", "ure", "al")
_SHORTEST_STEM = 4


@dataclass(frozen=True)
class ActivityWords:
    """Stems of the Latin words in order, and the Chinese runs, of one name."""

    stems: tuple[str, ...]
    runs: tuple[str, ...]

    @property
    def size(self) -> float:
        """Words that carry meaning: a Latin word is one, two Chinese characters are one."""
        latin = sum(stem not in _STOP_WORDS for stem in self.stems)
        return latin + sum(map(len, self.runs)) / 2

    def covered_by(self, word: "ActivityWords") -> float:
        """How many words of this name `word` accounts for; 0 where it does not occur in it."""
        if word.runs:
            (run,) = word.runs[:1]
            return len(run) / 2 if any(run in own for own in self.runs) else 0.0
        length = len(word.stems)
        for start in range(len(self.stems) - length + 1):
            if self.stems[start : start + length] == word.stems:
                return max(word.size, 1.0)
        if length > 1 and "".join(word.stems) in self.stems:
            return 1.0
        return 0.0


@lru_cache(maxsize=1 << 16)
def activity_words(name: str) -> ActivityWords:
    """The words of a name: NFKC, split at case changes and at what is no letter."""
    text = _CAMEL.sub(" ", unicodedata.normalize("NFKC", name))
    parts = [part for part in _PARTS.findall(text.casefold()) if len(part) > 1 or _is_chinese(part)]
    return ActivityWords(
        stems=tuple(stem(part) for part in parts if not _is_chinese(part)),
        runs=tuple(part for part in parts if _is_chinese(part)),
    )


def stem(word: str) -> str:
    """A short common form of an English word: closed, closing and closure are all `clos`.

    Rough on purpose: a pack lists the words it means, and what is missed can be added there.
    """
    word = _without_inflection(word)
    for suffix in _SUFFIXES:
        if word.endswith(suffix) and len(word) - len(suffix) >= _SHORTEST_STEM:
            word = word[: -len(suffix)] + ("at" if suffix == "ation" else "")
            break
    if word.endswith("ery") and len(word) > _SHORTEST_STEM + 2:
        return word[:-1]
    return word[:-1] if word.endswith("e") and len(word) > 3 else word


def _without_inflection(word: str) -> str:
    if len(word) <= 3:
        return word
    if word.endswith(("ies", "ied")) and len(word) > 4:
        return word[:-3] + "y"
    for ending in ("ing", "ed"):
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            return _single_final(word[: -len(ending)])
    if word.endswith(("sses", "shes", "ches", "xes")):
        return word[:-2]
    if word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word[:-1]
    return word


def _single_final(word: str) -> str:
    """plann -> plan, but process stays process and call stays call."""
    doubled = word[-1] == word[-2] and word[-1] not in "aeiouls"
    return word[:-1] if doubled else word


def _is_chinese(part: str) -> bool:
    return "㐀" <= part[0] <= "䶿" or "一" <= part[0] <= "鿿"


def best_cover(
    name: ActivityWords, words: Iterable[tuple[str, ActivityWords]]
) -> tuple[float, tuple[str, ...]]:
    """(share of the name accounted for, the words that do it), longest words first, none twice."""
    found = [(name.covered_by(word), text, word) for text, word in words]
    found = sorted((item for item in found if item[0] > 0), key=lambda item: (-item[0], item[1]))
    kept: list[tuple[float, str, ActivityWords]] = []
    for item in found:
        if not any(other[2].covered_by(item[2]) for other in kept):
            kept.append(item)
    total = sum(cover for cover, _, _ in kept)
    return min(1.0, total / max(name.size, 1.0)), tuple(text for _, text, _ in kept)

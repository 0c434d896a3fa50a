"""Words in Chinese and English: every code the core returns has a text here, filled with parameters.

The texts are TOML tables under `locale/<language>/`; the file's tables and keys join to a dotted
key: `[errors]` `"log.no_case_column" = "..."` is `errors.log.no_case_column`. A placeholder may carry
a hint how its value is written: `{wait_s:duration}`, `{share:percent}`, `{n:count}`, `{x:number}`,
`{nodes:names}`, `{at_us:time}`; `{column:term report.columns}` writes the word for a code (the
value itself where that group has none). `{n:plural case cases}` writes the number and the word that goes with
it; `{n:plural - is are}` the word alone.
"""

import re
import string
import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from anlan.formats.wording import FORMATTERS

LANGUAGES = ("zh", "en")
TERM, PLURAL = "term ", "plural "
"""Beginnings of hints: one that names a group of words, one that holds the words for one and for several."""
_FOLDER = Path(__file__).parents[1] / "locale"


class Messages:
    """All texts of one language."""

    def __init__(self, language: str, texts: Mapping[str, str]) -> None:
        self.language = language
        self._texts = texts
        self._formatter = _HintFormatter(language, texts)

    def text(self, key: str, /, **parameters: Any) -> str:
        """The text of `key` with its placeholders filled; KeyError when there is no such text."""
        said = self._formatter.vformat(self._texts[key], (), parameters)
        return _set_apart(said) if _EDGE in said else said

    def __contains__(self, key: str) -> bool:
        return key in self._texts

    def __iter__(self) -> Iterator[str]:
        return iter(self._texts)


_EDGE = "\ue000"
"""Stands, while a Chinese text is filled, where a word that may be of either script begins or ends."""
_BLANKS = tuple(
    (re.compile(pattern), blank)
    for pattern, blank in (
        (rf"(?<=[\u4e00-\u9fff]) ?{_EDGE}(?=[A-Za-z0-9])", " "),
        (rf"(?<=[A-Za-z0-9]){_EDGE} ?(?=[\u4e00-\u9fff])", " "),
        (rf"(?<=[\u4e00-\u9fff]) ?{_EDGE} ?(?=[\u4e00-\u9fff])", ""),
        (_EDGE, ""),
    )
)


def _set_apart(text: str) -> str:
    """A blank where the inserted word and the text around it are of different scripts, none where not."""
    for pattern, blank in _BLANKS:
        text = pattern.sub(blank, text)
    return text


class _HintFormatter(string.Formatter):
    """Fills placeholders; a format that names one of `FORMATTERS` writes the value for people."""

    def __init__(self, language: str, texts: Mapping[str, str]) -> None:
        self._language = language
        self._texts = texts

    def format_field(self, value: Any, format_spec: str) -> str:
        if format_spec.startswith(TERM):
            return self._terms(value, format_spec.removeprefix(TERM))
        if format_spec.startswith(PLURAL):
            return self._plural(value, format_spec.removeprefix(PLURAL).split(" "))
        formatter = FORMATTERS.get(format_spec)
        if formatter is not None:
            return formatter(value, self._language)
        return str(super().format_field(value, format_spec))

    def _plural(self, value: Any, words: list[str]) -> str:
        """`1 case`, `2,000 cases`; the words alone behind a dash."""
        *alone, one, several = words
        said = (one if value == 1 else several).replace("_", " ")
        return said if alone else f"{FORMATTERS['count'](value, self._language)} {said}"

    def _terms(self, value: Any, group: str) -> str:
        """The words of one code or several; a value that is no code of the group stays as it is."""
        codes = (value,) if isinstance(value, str) else value
        separator = "、" if self._language == "zh" else ", "
        said = separator.join(self._texts.get(f"{group}.{code}", str(code)) for code in codes)
        return f"{_EDGE}{said}{_EDGE}" if self._language == "zh" else said


@cache
def messages(language: str) -> Messages:
    """Texts of `language` (`zh` or `en`), read once."""
    texts: dict[str, str] = {}
    for file in sorted((_FOLDER / language).glob("*.toml")):
        with file.open("rb") as stream:
            for key, text in _flat(tomllib.load(stream)):
                if key in texts:
                    raise ValueError(f"{file.name}: {key} is defined twice")
                texts[key] = text
    return Messages(language, texts)


def in_both_languages(key: str, /, **parameters: Any) -> dict[str, str]:
    """The text of `key` as `{"zh": ..., "en": ...}`."""
    return {language: messages(language).text(key, **parameters) for language in LANGUAGES}


def placeholders(text: str) -> set[str]:
    """Names of the parameters a text asks for."""
    return {name.split(".")[0].split("[")[0] for _, name, _, _ in string.Formatter().parse(text) if name}


def _flat(table: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, str]]:
    for key, value in table.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{prefix}{key}.")
        else:
            yield prefix + key, str(value)

"""What a command and an option of it are, as data; nothing heavy is imported."""

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Option:
    """One command-line option: flags, help in both languages, and what argparse needs."""

    flags: tuple[str, ...]
    zh: str
    en: str
    settings: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Command:
    """One command: its words on the command line, help, options, and `module:function` to run."""

    words: tuple[str, ...]
    zh: str
    en: str
    options: tuple[Option, ...]
    run: str


def option(*flags: str, zh: str, en: str, **settings: Any) -> Option:
    return Option(flags, zh, en, settings)


LANG = option(
    "--lang",
    zh="文字语言（zh 或 en）",
    en="language of the words (zh or en)",
    choices=("zh", "en"),
    default=None,
)
JSON = option(
    "--json",
    zh="把结果作为 JSON 写到标准输出",
    en="write the result as JSON to standard output",
    action="store_true",
)

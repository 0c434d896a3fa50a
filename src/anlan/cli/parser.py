"""argparse in Chinese and English: headings, help and usage errors."""

import argparse
import re
import sys
from collections.abc import Sequence
from typing import Any, NoReturn

from anlan import __version__
from anlan.cli.commands import COMMANDS, GROUPS, Command
from anlan.formats.nearest import nearest

_CHINESE_ERRORS = (
    (r"the following arguments are required: (.+)", r"缺少参数：\1"),
    (r"unrecognized arguments: (.+)", r"不认识的参数：\1"),
    (r"argument (.+): expected one argument", r"参数 \1：后面要有一个值"),
    (r"argument (.*): invalid choice: (.+) \(choose from (.+)\)", r"参数 \1：没有 \2 这个选择；可用：\3"),
    (r"argument (.+): invalid \w+ value: (.+)", r"参数 \1：读不懂 \2"),
)


class Parser(argparse.ArgumentParser):
    """An argument parser that speaks the language it was made for."""

    def __init__(self, *, language: str = "zh", **settings: Any) -> None:
        self.language = language
        super().__init__(**settings, add_help=False, formatter_class=_formatter(language))
        chinese = language == "zh"
        self._positionals.title = "参数" if chinese else "arguments"
        self._optionals.title = "选项" if chinese else "options"
        self.add_argument("-h", "--help", action="help", help="显示帮助" if chinese else "show this help")

    def error(self, message: str) -> NoReturn:
        if self.language == "zh":
            for pattern, chinese in _CHINESE_ERRORS:
                message = re.sub(pattern, chinese, message)
        self.print_usage(sys.stderr)
        message += self._hint(message)
        self._say_and_exit(message, self.prog)

    def _say_and_exit(self, message: str, prog: str) -> NoReturn:
        see = f"帮助：{prog} --help" if self.language == "zh" else f"see {prog} --help"
        self.exit(2, f"anlan: {message}\n{see}\n")

    def check_flags(self, arguments: Sequence[str]) -> None:
        """Stop at a flag the command does not know, naming the one that was probably meant."""
        command = _command(arguments)
        if command is None:
            return
        known = {"-h", "--help", "--lang", *(flag for option in command.options for flag in option.flags)}
        for word in arguments:
            if word == "--":
                return
            flag = word.partition("=")[0]
            if flag.startswith("--") and flag not in known and flag != "--version":
                self._say_and_exit(self._unknown(flag, sorted(known)), " ".join(("anlan", *command.words)))

    def _unknown(self, flag: str, known: Sequence[str]) -> str:
        chinese = self.language == "zh"
        said = f"不认识的选项：{flag}" if chinese else f"there is no option {flag}"
        return said + self._did_you_mean(nearest(flag, known))

    def _hint(self, message: str) -> str:
        """The choice a misspelt one stands for, where the message lists choices."""
        match = _CHOICE.search(message)
        if match is None:
            return ""
        choices = re.findall(r"'([^']+)'", match["choices"])
        return self._did_you_mean(nearest(match["found"], choices))

    def _did_you_mean(self, name: str | None) -> str:
        if name is None:
            return ""
        return f"。您是不是要写“{name}”？" if self.language == "zh" else f". Did you mean “{name}”?"


_CHOICE = re.compile(r"'(?P<found>[^']*)' ?(?:这个选择；可用：|\(choose from )(?P<choices>.+)")


def _command(arguments: Sequence[str]) -> Command | None:
    """The command a command line calls; None where it calls none."""
    words: list[str] = []
    for before, word in zip(("", *arguments), arguments, strict=False):
        if not word.startswith("-") and before != "--lang":
            words.append(word)
    return next((c for c in COMMANDS if tuple(words[: len(c.words)]) == c.words), None)


def _formatter(language: str) -> type[argparse.HelpFormatter]:
    class Formatter(argparse.HelpFormatter):
        def __init__(self, prog: str) -> None:
            super().__init__(prog, max_help_position=30, width=100)

        def add_usage(self, usage: str | None, actions: Any, groups: Any, prefix: str | None = None) -> None:
            words = "用法：" if language == "zh" else "usage: "
            super().add_usage(usage, actions, groups, words if prefix is None else prefix)

    return Formatter


def build_parser(language: str) -> Parser:
    """The whole command line in one language."""
    chinese = language == "zh"
    parser = Parser(
        language=language,
        prog="anlan",
        description="安澜：让服务风险始终可控。" if chinese else "Anlan: keep service risk under control.",
        epilog="English: anlan --lang en --help" if chinese else "中文：anlan --help",
    )
    parser.add_argument("--version", action="version", version=f"anlan {__version__}",
                        help="显示版本" if chinese else "show the version")  # fmt: skip
    parser.add_argument(
        "--lang", choices=("zh", "en"), help="文字语言" if chinese else "language of the words"
    )
    groups: dict[tuple[str, ...], Any] = {
        (): parser.add_subparsers(title="命令" if chinese else "commands", metavar="COMMAND")
    }
    for command in COMMANDS:
        *path, name = command.words
        group = _group(groups, tuple(path), language)
        text = command.zh if chinese else command.en
        sub = group.add_parser(name, help=text, description=text, allow_abbrev=False, language=language)
        for option in command.options:
            sub.add_argument(*option.flags, help=option.zh if chinese else option.en, **option.settings)
        sub.set_defaults(command=command)
    return parser


def _group(groups: dict[tuple[str, ...], Any], path: tuple[str, ...], language: str) -> Any:
    if path not in groups:
        text = GROUPS[path][0 if language == "zh" else 1]
        parent = groups[()].add_parser(path[-1], help=text, description=text, language=language)
        groups[path] = parent.add_subparsers(metavar="COMMAND", required=True)
    return groups[path]


def interface_language(arguments: Sequence[str], default: str | None) -> str:
    """`--lang` if given, else `default` (the environment's choice), else Chinese."""
    for position, word in enumerate(arguments):
        if word == "--lang" and position + 1 < len(arguments) and arguments[position + 1] in ("zh", "en"):
            return arguments[position + 1]
        if word in ("--lang=zh", "--lang=en"):
            return word[-2:]
    return "en" if default == "en" else "zh"

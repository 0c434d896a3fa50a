"""`anlan`: read the command line, run one command, say errors in the user's language.

Exit codes: 0 result written (also with rows set aside), 2 usage, 3 refused, 4 stopped by bad rows,
130 interrupted. Results go to standard output, progress and errors to standard error.
"""

import argparse
import os
import sys
from collections.abc import Sequence
from importlib import import_module

from anlan import __version__
from anlan.cli.commands import COMMANDS, Command


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit code."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    language = interface_language(given)
    options = _parser(language).parse_args(given)
    if getattr(options, "command", None) is None:
        _parser(language).print_help()
        return 2
    options.interface = language
    return _run(options.command, options, language)


def interface_language(arguments: Sequence[str]) -> str:
    """`--lang` if given, else `ANLAN_LANG`, else Chinese."""
    for position, word in enumerate(arguments):
        if word == "--lang" and position + 1 < len(arguments) and arguments[position + 1] in ("zh", "en"):
            return arguments[position + 1]
        if word in ("--lang=zh", "--lang=en"):
            return word[-2:]
    return "en" if os.environ.get("ANLAN_LANG") == "en" else "zh"


def _run(command: Command, options: argparse.Namespace, language: str) -> int:
    module, function = command.run.split(":")
    from anlan.domain.errors import AnlanError

    try:
        getattr(import_module(module), function)(options)
    except AnlanError as error:
        from anlan.cli.speak import say_error

        say_error(error, language)
        return error.exit_code
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        sys.stderr.close()
        return 141
    return 0


def _parser(language: str) -> argparse.ArgumentParser:
    chinese = language == "zh"
    parser = argparse.ArgumentParser(
        prog="anlan",
        description="安澜：让服务风险始终可控。" if chinese else "Anlan: keep service risk under control.",
        epilog="English: anlan --lang en --help" if chinese else "中文：anlan --help",
    )
    parser.add_argument(
        "--lang", choices=("zh", "en"), help="文字语言" if chinese else "language of the words"
    )
    parser.add_argument("--version", action="version", version=f"anlan {__version__}")
    groups: dict[tuple[str, ...], argparse._SubParsersAction[argparse.ArgumentParser]] = {
        (): parser.add_subparsers(title="命令" if chinese else "commands", metavar="")
    }
    for command in COMMANDS:
        *path, name = command.words
        group = _group(groups, tuple(path), chinese)
        text = command.zh if chinese else command.en
        sub = group.add_parser(name, help=text, description=text, allow_abbrev=False)
        for option in command.options:
            sub.add_argument(*option.flags, help=option.zh if chinese else option.en, **option.settings)
        sub.set_defaults(command=command)
    return parser


def _group(
    groups: "dict[tuple[str, ...], argparse._SubParsersAction[argparse.ArgumentParser]]",
    path: tuple[str, ...],
    chinese: bool,
) -> "argparse._SubParsersAction[argparse.ArgumentParser]":
    if path not in groups:
        text = "已存的事件日志" if chinese else "stored event logs"
        parent = groups[()].add_parser(path[-1], help=text, description=text)
        groups[path] = parent.add_subparsers(metavar="", required=True)
    return groups[path]


if __name__ == "__main__":
    sys.exit(main())

"""`anlan`: read the command line, run one command, say errors in the user's language.

Exit codes: 0 result written (also with rows set aside), 2 usage, 3 refused, 4 stopped by bad rows,
130 interrupted. Results go to standard output, progress and errors to standard error.
"""

import argparse
import os
import sys
from collections.abc import Sequence
from importlib import import_module

from anlan.cli.commands import Command
from anlan.cli.parser import build_parser, interface_language
from anlan.cli.streams import preferred_language, write_what_can_be_written


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit code."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    write_what_can_be_written()
    language = interface_language(given, os.environ.get("ANLAN_LANG") or preferred_language())
    parser = build_parser(language)
    parser.check_flags(given)
    options = parser.parse_args(given)
    if getattr(options, "command", None) is None:
        parser.print_help(sys.stderr)
        return 2
    options.lang = language
    return _run(options.command, options)


def _run(command: Command, options: argparse.Namespace) -> int:
    from anlan.cli.given import check_given
    from anlan.cli.speak import say_error
    from anlan.domain.errors import AnlanError, RefusedInput

    module, function = command.run.split(":")
    try:
        check_given(command, options)
        getattr(import_module(module), function)(options)
        print(end="", flush=True)
    except AnlanError as error:
        say_error(error, options.lang)
        return error.exit_code
    except OSError as fault:
        if isinstance(fault, BrokenPipeError):
            return 141
        say_error(RefusedInput("system", reason=_system_reason(fault)), options.lang)
        return RefusedInput.exit_code
    except KeyboardInterrupt:
        return 130
    finally:
        _drop_unsaid()
    return 0


def _system_reason(fault: OSError) -> str:
    """What the system says, and about which file, without the marks of a programming language."""
    named = f"{fault.filename}: " if fault.filename else ""
    return f"{named}{fault.strerror or fault}"


def _drop_unsaid() -> None:
    """Forget what standard output did not take, so that leaving does not fail on it once more."""
    try:
        print(end="", flush=True)
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


if __name__ == "__main__":
    sys.exit(main())

"""Values on the command line that mean nothing are refused before anything is read."""

import argparse

from anlan.cli.commands import Command
from anlan.domain.errors import UsageError

LARGEST_SEED = 2**63 - 1
_MAY_BE_BLANK = ("--missing",)


def check_given(command: Command, options: argparse.Namespace) -> None:
    """UsageError for an option given without text or with bytes that are none, or a seed out of range."""
    for flag in (option.flags[0] for option in command.options):
        value = getattr(options, flag.lstrip("-").replace("-", "_"), None)
        if isinstance(value, str) and not _is_text(value):
            raise UsageError("option.not_text", option=flag, found=ascii(value)[1:81])
        blank = isinstance(value, str) and not value.strip()
        if blank and flag.startswith("--") and flag not in _MAY_BE_BLANK:
            raise UsageError("option.blank", option=flag)
    seed = getattr(options, "seed", None) or 0
    if not 0 <= seed <= LARGEST_SEED:
        raise UsageError("option.seed", found=str(seed)[:40], largest=str(LARGEST_SEED))


def _is_text(value: str) -> bool:
    """Whether every byte typed was part of a character; what was not came as half a surrogate pair."""
    return not any("\ud800" <= sign <= "\udfff" for sign in value)


def asks_to_try(options: argparse.Namespace) -> bool:
    """Whether redesigns are to be tried, not only thought of. Errors: UsageError without log and twin."""
    wanted = any((options.trying, options.twin, options.designs, options.save_designs, options.budget))
    if not options.log and not options.twin:
        raise UsageError("improve.nothing_to_improve")
    return wanted

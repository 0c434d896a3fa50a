"""`anlan example KIND`: a settings file that is accepted, to start one's own from."""

import argparse

from anlan.formats.settings_samples import sample_text


def example(options: argparse.Namespace) -> None:
    """Print the file of a kind, headed by what it is for in the user's language."""
    print(sample_text(options.kind, options.lang, command=True), end="")
